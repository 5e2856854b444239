import type * as Option from "effect/Option"

export interface Flag {
  /** What stands for the value in the help. */
  readonly value: string
  readonly example: string
  readonly description: string
}

const flag = (value: string, example: string, description: string): Flag => ({ value, example, description })

/** Flags with one value. */
export const single = {
  url: flag(
    "URL",
    "http://127.0.0.1:8787/api/v1",
    "The server to test: its base URL, up to and including /api/v1. Also INBOX_API_BASE_URL. Without it, the sandbox is started and tested"
  ),
  token: flag(
    "TOKEN",
    "secret",
    "The token to send with. Better set INBOX_API_TOKEN: other users of a machine can see the flags of a command"
  ),
  "reply-to": flag("ID", "m1", "An existing message of the first thread to reply to, best one from the other side"),
  runs: flag("N", "100", "Generated cases; about ten messages are sent for each. Default: 100"),
  seed: flag("N", "42", "The same seed sends the same requests. Default: random, and printed"),
  concurrency: flag("N", "4", "Cases side by side. Default: 4, more where the target is slow"),
  rate: flag(
    "N/UNIT",
    "250/minute",
    "At most so many requests a second, minute or hour, as in 250/minute. Default: no limit"
  ),
  timeout: flag("TIME", "10s", "For each answer, as in 500ms or 10s. Default: 10s"),
  "max-duration": flag("TIME", "5m", "For the whole run, as in 90s or 5m. Default: 5m"),
  waive: flag("FILE", "waivers.json", 'Faults that are known: {"waivers":[{"id":"...","reason":"..."}]}'),
  record: flag("FILE", "traffic.har", "Write all traffic to FILE, as an HTTP Archive (HAR) without the token"),
  replay: flag(
    "TOKEN",
    "q1YqSy0qzszPU7IyMtRRSi3KLAMA",
    'Send one case of an earlier report again: "still violates" or "fixed"'
  )
} satisfies Record<string, Flag>

/** Flags with a value that may be given more than once. */
export const several = {
  thread: flag(
    "ID",
    "thread1",
    "A thread to send to. Give it twice, and mix-ups between threads are seen as well. Also INBOX_CONTRACT_THREAD, one or two ids with a comma"
  ),
  only: flag("ID,..", "semantics,auth.missing", "Only these requirements: ids or the beginnings of ids, with commas"),
  skip: flag("ID,..", "accept.content.long", "All but these requirements"),
  report: flag(
    "FORMAT=FILE",
    "junit=report.xml",
    "Write a report: json=FILE or junit=FILE. A FILE of - is standard output, which then has nothing else"
  )
} satisfies Record<string, Flag>

/** Flags without a value. */
export const switches = {
  strict: "A broken SHOULD fails the run too",
  "allow-hosted": "Allow the hosted service, where a run sends more than a thousand real messages to a real person",
  verbose: "Show every row, every class of contents and every long request"
} satisfies Record<string, string>

export type Single = keyof typeof single
export type Several = keyof typeof several
export type Switch = keyof typeof switches

export interface Values {
  readonly single: { readonly [Name in Single]: Option.Option<string> }
  readonly several: { readonly [Name in Several]: ReadonlyArray<string> }
  readonly switches: { readonly [Name in Switch]: boolean }
}

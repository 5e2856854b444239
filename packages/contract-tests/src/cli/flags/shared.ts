import { flag } from "./flag.js"

export const url = flag(
  "URL",
  "http://127.0.0.1:8787/api/v1",
  "The server to test: its base URL, up to and including /api/v1. Also INBOX_API_BASE_URL. Without it, the sandbox is started and tested"
)
export const token = flag(
  "TOKEN",
  "secret",
  "The token to send with. Better set INBOX_API_TOKEN: other users of a machine can see the flags of a command"
)
export const thread = flag(
  "ID",
  "thread1",
  "A thread to send to. Give two, with a comma or by giving it twice, and mix-ups between threads are seen as well. Also INBOX_CONTRACT_THREAD"
)
export const replyTo = flag(
  "ID",
  "m1",
  "An existing message of the first thread to reply to, best one from the other side"
)

/** Amount of traffic. */
export const volume = {
  budget: flag(
    "SIZE",
    "quick",
    "How much is sent: quick, default or deep. The command list counts what each costs. Default: default"
  ),
  runs: flag("N", "100", "Generated cases; about ten messages are sent for each. Default: as the budget has"),
  seed: flag("N", "42", "The same seed sends the same requests. Default: random, and printed")
}
export const concurrency = flag("N", "4", "Cases side by side. Default: 4, more where the target is slow")
export const pace = {
  rate: flag(
    "N/UNIT",
    "250/minute",
    "At most so many requests a second, minute or hour, as in 250/minute. Default: no limit"
  ),
  timeout: flag("TIME", "10s", "For each answer, as in 500ms or 10s. Default: 10s"),
  "max-duration": flag(
    "TIME",
    "5m",
    "For the whole run, as in 90s or 5m. Default: 5m for a quick budget, 10m, and 60m for a deep one"
  )
}
export const selection = {
  only: flag("ID,..", "semantics,auth.missing", "Only these requirements: ids or the beginnings of ids, with commas"),
  skip: flag("ID,..", "accept.content.long", "All but these requirements")
}

export const strict = "A broken SHOULD fails the run too"
export const allowHosted =
  "Allow the hosted service, where a run sends more than a thousand real messages to a real person"

export const none = { single: {}, several: {}, switches: {}, exitCodes: [], examples: [] } as const

import { type Command, flag } from "./flag.js"
import { allowHosted, concurrency, pace, replyTo, selection, strict, thread, token, url, volume } from "./shared.js"

/** The flags of `run`. */
export const run = {
  summary: "Test a server",
  about:
    "Tests a server, and proves every promise that it breaks with the smallest request that shows it. It sends real messages.",
  single: {
    url,
    token,
    "token-command": flag(
      "COMMAND",
      "'vault read -field=token secret/inbox'",
      "A command that prints the token. It runs again when the token expires or is refused, without a shell: write sh -c '...' for pipes and variables. What it prints is in no report"
    ),
    "reply-to": replyTo,
    ...volume,
    concurrency,
    ...pace,
    for: flag(
      "TIME",
      "8h",
      "Run again and again, each time with the next seed, for as long as this; the report is of all runs together"
    ),
    contents: flag(
      "FILE",
      "contents.txt",
      "Contents of your own, each of which is sent once: one a line, or a JSON array of strings"
    ),
    config: flag(
      "FILE",
      "staging.json",
      "Settings as JSON; flags and variables go before them. Default: inbox-contract.json, where there is one"
    ),
    rerun: flag(
      "FILE",
      "report.json",
      "A report of --report json=FILE: send what failed then first, and then everything else, with its seed, budget and runs"
    ),
    waive: flag("FILE", "waivers.json", 'Faults that are known: {"waivers":[{"id":"...","reason":"..."}]}'),
    cacert: flag("FILE", "ca.pem", "Certificates of authorities to trust besides those of Node, in PEM"),
    record: flag("FILE", "traffic.har", "Write all traffic to FILE, as an HTTP Archive (HAR) without the token"),
    replay: flag(
      "TOKEN",
      "q1YqSy0qzszPU7IyMtRRSi3KLAMA",
      'Send one case of an earlier report again: "still violates", "fixed" or "not seen"'
    )
  },
  several: {
    thread,
    header: flag(
      "NAME=VALUE",
      "X-Api-Key=secret",
      "A header for each request, as a gateway in front of the server may ask for. Its value is in no report"
    ),
    ...selection,
    report: flag(
      "FORMAT=FILE",
      "junit=report.xml",
      "Write a report: json=FILE, junit=FILE, html=FILE or markdown=FILE. A FILE of - is standard output, which then has nothing else"
    )
  },
  switches: {
    "until-failure":
      "Run again and again, each time with the next seed, until a run fails; with --for no longer than that",
    strict,
    "allow-hosted": allowHosted,
    brief: "Show one line a finding, without the table, requests and answers",
    verbose: "Show every row, every class of contents and every long request"
  },
  exitCodes: [
    ["0", "the server conforms"],
    ["1", "it violates the contract"],
    ["2", "wrong usage"],
    ["3", "it could not be told"]
  ],
  examples: [
    ["run", "tests the sandbox, which it starts"],
    ["run --url http://127.0.0.1:8787/api/v1 --thread thread1", "tests your server, with the token in INBOX_API_TOKEN"]
  ]
} satisfies Command

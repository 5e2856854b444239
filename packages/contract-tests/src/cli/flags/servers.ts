import { type Command, flag } from "./flag.js"
import { allowHosted, concurrency, pace, selection, strict, volume } from "./shared.js"

/** The flags of `diff`. */
export const diff = {
  summary: "Compare two servers",
  about:
    "Sends the same requests to two servers, and shows where their answers differ once ids and times are taken out. It sends real messages to both. What is given twice is for the first server, and then for the second.",
  single: { ...volume, ...pace },
  several: {
    url: flag(
      "URL",
      "http://127.0.0.1:8787/api/v1",
      "The base URL of a server, up to and including /api/v1, twice. Also INBOX_API_BASE_URL and INBOX_API_BASE_URL_B. With one, the other server is the sandbox"
    ),
    token: flag(
      "TOKEN",
      "secret",
      "The token of each server. Better set INBOX_API_TOKEN and INBOX_API_TOKEN_B: other users of a machine can see the flags of a command"
    ),
    thread: flag(
      "ID,ID",
      "thread1,thread2",
      "One or two threads of each server. Once is for both servers. Also INBOX_CONTRACT_THREAD and INBOX_CONTRACT_THREAD_B"
    ),
    "reply-to": flag("ID", "m1", "An existing message of the first thread of each server, to reply to"),
    ...selection,
    report: flag(
      "json=FILE",
      "json=diff.json",
      "Write a report. A FILE of - is standard output, which then has nothing else"
    )
  },
  switches: { "allow-hosted": allowHosted, verbose: "Show answers in full" },
  exitCodes: [
    ["0", "the servers answer alike"],
    ["1", "they differ"],
    ["2", "wrong usage"],
    ["3", "it could not be told"]
  ],
  examples: [
    [
      "diff --url http://127.0.0.1:8787/api/v1 --url http://127.0.0.1:9797/api/v1 --thread thread1",
      "compares two servers that both have the thread thread1"
    ],
    ["diff --url http://127.0.0.1:8787/api/v1 --thread thread1", "compares your server to the sandbox"]
  ]
} satisfies Command

/** The flags of `matrix`. */
export const matrix = {
  summary: "Test several servers, and show them side by side",
  about:
    "Tests two servers or more with the same seed, one after another, and shows which requirement each keeps. It sends real messages to all of them.",
  single: {
    targets: flag(
      "FILE",
      "targets.json",
      'Servers in a file, each with the variable that has its token: [{ "name", "url", "threads": ["..."], "tokenVariable", "replyTo"? }]'
    ),
    ...volume,
    concurrency,
    ...pace,
    "max-duration": flag(
      "TIME",
      "5m",
      "For each server, as in 90s or 5m. Default: 5m for a quick budget, 10m, and 60m for a deep one"
    )
  },
  several: {
    target: flag(
      "NAME=URL",
      "staging=http://127.0.0.1:8787/api/v1",
      "A server: a name for it, and its base URL, up to and including /api/v1. Or sandbox, which is started"
    ),
    token: flag(
      "NAME=TOKEN",
      "staging=secret",
      "The token of a server. Better set INBOX_API_TOKEN_STAGING for the server staging: other users of a machine can see the flags of a command"
    ),
    thread: flag(
      "NAME=ID,ID",
      "staging=thread1,thread2",
      "One or two threads of a server; without NAME= of all. Also INBOX_CONTRACT_THREAD_STAGING for the server staging, and INBOX_CONTRACT_THREAD for all"
    ),
    "reply-to": flag("NAME=ID", "staging=m1", "An existing message of the first thread of a server, to reply to"),
    ...selection,
    report: flag(
      "FORMAT=FILE",
      "json=matrix.json",
      "Write a report: json=FILE, html=FILE or markdown=FILE. A FILE of - is standard output, which then has nothing else"
    )
  },
  switches: { strict, "allow-hosted": allowHosted, verbose: "Show every requirement" },
  exitCodes: [
    ["0", "all servers conform"],
    ["1", "one of them violates the contract"],
    ["2", "wrong usage"],
    ["3", "no server violates the contract, but at least one run is inconclusive"]
  ],
  examples: [
    [
      "matrix --target next=http://localhost:8787/api/v1 --target sandbox",
      "tests your server and the sandbox, with what is in INBOX_API_TOKEN_NEXT and INBOX_CONTRACT_THREAD_NEXT"
    ],
    [
      "matrix --targets targets.json --report html=matrix.html --report markdown=matrix.md",
      "tests the servers of a file, and writes a page, and a table for a pull request"
    ]
  ]
} satisfies Command

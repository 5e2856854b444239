/** A flag with a value. */
export interface Flag {
  /** What stands for the value in the help. */
  readonly value: string
  readonly example: string
  readonly description: string
}

/** What may follow the name of a command. */
export interface Operand extends Flag {}

/** A line of a list: what to type, and what it means. */
export type Entry = readonly [term: string, description: string]

/** Everything about a command that its help, its flags and the check of its words are made of. */
export interface Command {
  /** For the list of all commands. */
  readonly summary: string
  readonly about: string
  readonly operand?: Operand
  /** Flags with one value. */
  readonly single: Readonly<Record<string, Flag>>
  /** Flags with a value that may be given more than once. */
  readonly several: Readonly<Record<string, Flag>>
  /** Flags without a value. */
  readonly switches: Readonly<Record<string, string>>
  readonly exitCodes: ReadonlyArray<Entry>
  readonly examples: ReadonlyArray<Entry>
}

const flag = (value: string, example: string, description: string): Flag => ({ value, example, description })

const url = flag(
  "URL",
  "http://127.0.0.1:8787/api/v1",
  "The server to test: its base URL, up to and including /api/v1. Also INBOX_API_BASE_URL. Without it, the sandbox is started and tested"
)
const token = flag(
  "TOKEN",
  "secret",
  "The token to send with. Better set INBOX_API_TOKEN: other users of a machine can see the flags of a command"
)
const thread = flag(
  "ID",
  "thread1",
  "A thread to send to. Give two, with a comma or by giving it twice, and mix-ups between threads are seen as well. Also INBOX_CONTRACT_THREAD"
)
const replyTo = flag("ID", "m1", "An existing message of the first thread to reply to, best one from the other side")

/** How much is sent, and how fast. */
const volume = {
  budget: flag(
    "SIZE",
    "quick",
    "How much is sent: quick, default or deep. The command list counts what each costs. Default: default"
  ),
  runs: flag("N", "100", "Generated cases; about ten messages are sent for each. Default: as the budget has"),
  seed: flag("N", "42", "The same seed sends the same requests. Default: random, and printed")
}
const concurrency = flag("N", "4", "Cases side by side. Default: 4, more where the target is slow")
const pace = {
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
const selection = {
  only: flag("ID,..", "semantics,auth.missing", "Only these requirements: ids or the beginnings of ids, with commas"),
  skip: flag("ID,..", "accept.content.long", "All but these requirements")
}

const strict = "A broken SHOULD fails the run too"
const allowHosted = "Allow the hosted service, where a run sends more than a thousand real messages to a real person"

const none = { single: {}, several: {}, switches: {}, exitCodes: [], examples: [] } as const

export const commands = {
  run: {
    summary: "Test a server",
    about:
      "Tests a server, and proves every promise that it breaks with the smallest request that shows it. It sends real messages.",
    single: {
      url,
      token,
      "reply-to": replyTo,
      ...volume,
      concurrency,
      ...pace,
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
      strict,
      "allow-hosted": allowHosted,
      brief: "Show one line a finding, without requests and answers",
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
      [
        "run --url http://127.0.0.1:8787/api/v1 --thread thread1",
        "tests your server, with the token in INBOX_API_TOKEN"
      ]
    ]
  },
  list: {
    ...none,
    summary: "List the requirements, and what a run costs",
    about:
      "Lists the requirements: id, level and when each holds; and what each budget sends, counted out of its plan.",
    switches: { verbose: "Show what each requirement rests on, and what a client suffers where it does not hold" }
  },
  explain: {
    ...none,
    summary: "Explain a requirement, and how it is tested",
    about:
      "Explains a requirement: when it holds, the sentence that it rests on, what a client suffers, what the kit sends to test it, and how to test or to excuse it alone.",
    operand: flag("ID", "semantics.content", "A requirement, or the beginning of some. Without it, all are listed"),
    switches: { verbose: "Show everything that is sent to test it, and every server that breaks it" },
    examples: [["explain auth.near", "explains one requirement"]]
  },
  diff: {
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
  },
  matrix: {
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
  },
  "self-test": {
    ...none,
    summary: "Test the kit itself, on its own broken and correct servers",
    about:
      "Runs the kit on its own servers: broken ones, each of whose faults it has to find, and correct but unusual ones, with which it may find no fault. Prints the score, and a line to reproduce for everything that is wrong.",
    single: {
      sample: flag(
        "N",
        "20",
        "Number of servers to test, spread over as many requirements as possible. Default: 66, which take two minutes on two free cores"
      ),
      budget: volume.budget,
      seed: flag("N", "42", "The same seed sends the same requests. Default: 1"),
      concurrency: flag("N", "2", "Servers side by side. Default: one for each core")
    },
    several: {
      only: flag("ID,..", "trims-both,semantics", "Only these servers, or those that break these requirements"),
      report: flag(
        "json=FILE",
        "json=score.json",
        "Write a report. A FILE of - is standard output, which then has nothing else"
      )
    },
    switches: { all: "Every server there is: takes an hour of one core", verbose: "Show every server" },
    exitCodes: [
      ["0", "every fault was found, and nothing else"],
      ["1", "a fault was not found, or something was called a fault that is none"],
      ["2", "wrong usage"],
      ["3", "not every server was tested"]
    ],
    examples: [["self-test --only trims-both --seed 1", "tests the kit on one broken server"]]
  },
  openapi: {
    ...none,
    summary: "Print the contract as an OpenAPI 3.1 document",
    about: "Prints the contract as an OpenAPI 3.1 document."
  }
} satisfies Record<string, Command>

export type Commands = typeof commands
export type Name = keyof Commands

export const names = Object.keys(commands) as [Name, ...ReadonlyArray<Name>]

type FlagOf<C extends Command> = keyof C["single"] | keyof C["several"] | keyof C["switches"]

/** What each flag is about, in the order in which the help shows them. */
export const topics: Readonly<Record<{ [N in Name]: FlagOf<Commands[N]> }[Name], string>> = {
  targets: "Servers",
  target: "Servers",
  url: "Servers",
  token: "Servers",
  thread: "Servers",
  "reply-to": "Servers",
  header: "Servers",
  cacert: "Servers",
  "allow-hosted": "Servers",
  sample: "Servers",
  all: "Servers",
  budget: "What is tested",
  runs: "What is tested",
  seed: "What is tested",
  only: "What is tested",
  skip: "What is tested",
  replay: "What is tested",
  concurrency: "How fast",
  rate: "How fast",
  timeout: "How fast",
  "max-duration": "How fast",
  strict: "Output",
  waive: "Output",
  report: "Output",
  record: "Output",
  brief: "Output",
  verbose: "Output"
}

/** The flags of a command, with their values. */
export interface Values<C extends Command> {
  readonly single: { readonly [F in keyof C["single"]]: string | undefined }
  readonly several: { readonly [F in keyof C["several"]]: ReadonlyArray<string> }
  readonly switches: { readonly [F in keyof C["switches"]]: boolean }
  readonly operand: string | undefined
}

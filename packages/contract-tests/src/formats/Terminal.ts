/**
 * The report as a person reads it: a table, the findings last and in full, and one line that says what to do next.
 *
 * @since 0.1.0
 */
import * as Requirement from "../contract/Requirement.js"
import * as Diagnosis from "../judge/Diagnosis.js"
import type { Replayed } from "../kit/Conformance.js"
import type { Body, Counterexample, Report, ReportedExchange, ReportedRequirement, Status } from "../report/Report.js"
import {
  amountOf,
  count,
  counterexamplesOf,
  frequency,
  headerOf,
  isFault,
  keyOf,
  marks,
  numbers,
  objectOf,
  seconds,
  statuses,
  tenths,
  unasked,
  waiverFile
} from "../report/summary.js"
import { wrap, wrapCommand } from "../text/wrap.js"
import {
  coloredLevel,
  cut,
  finished,
  labelled,
  levelWidth,
  makePage,
  type Page,
  pad,
  painted,
  rule
} from "./terminal/page.js"

/**
 * How a report is laid out.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Whether to colour. Off unless given. */
  readonly color?: boolean | undefined
  /** Columns. 100 unless given; never fewer than 40. */
  readonly width?: number | undefined
  /** Whether everything outside ASCII is spelled in ASCII. Off unless given. */
  readonly ascii?: boolean | undefined
  /** Whether every row, every class of contents and every long request is shown. Off unless given. */
  readonly verbose?: boolean | undefined
  /** The command to which `--replay` is added. Made from the report's target and threads unless given. */
  readonly command?: string | undefined
}

/**
 * Lays out a whole report. Ends with a newline.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (report: Report, options: Options = {}): string => {
  const page = makePage(options)
  const command = options.command ?? commandOf(report)
  return finished(page, [
    ...header(report, page),
    ...table(report, page),
    ...findings(report, command, page),
    ...excuses(report, page),
    ...summary(report, page)
  ])
}

/**
 * Lays out one counterexample of a requirement, as {@link render} does. Without a newline at the end.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderFinding = (
  requirement: ReportedRequirement,
  counterexample: Counterexample,
  options: Options & { readonly command: string }
): string => {
  const page = makePage(options)
  return finished(page, finding(requirement, counterexample, options.command, page)).trimEnd()
}

/**
 * Lays out what was sent for a counterexample and what came back, the offending part behind a `>`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderExchanges = (self: Proof, options: Options = {}): string => {
  const page = makePage(options)
  return finished(page, exchanges(self, page))
}

/**
 * Lays out the catalogue, or some requirements of it, one line a requirement where the page is wide enough; with
 * `verbose` also what each rests on and what a client suffers.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderCatalogue = (
  options: Options & { readonly requirements?: ReadonlyArray<Requirement.Requirement> } = {}
): string => {
  const page = makePage(options)
  const requirements = options.requirements ?? Requirement.all
  const wide = Math.max(...requirements.map(({ id }) => id.length))
  const indent = wide + 2 + levelWidth + 2
  // A title goes below its id where there is no room beside it.
  const isNarrow = page.width - indent < 24
  const titled = (head: string, title: string): ReadonlyArray<string> => {
    const lines = wrap(title, page.width - (isNarrow ? 2 : indent))
    const margin = " ".repeat(isNarrow ? 2 : indent)
    return isNarrow
      ? [head, ...lines.map((line) => `${margin}${line}`)]
      : lines.map((line, position) => (position === 0 ? `${head}  ${line}` : `${margin}${line}`))
  }
  return finished(
    page,
    requirements.flatMap(({ harm, id, level, source, title }) => [
      ...titled(`${page.paint.bold(id.padEnd(wide))}  ${coloredLevel(level, page)}`, title),
      ...(page.verbose ? [...labelled("document", source, page, 2), ...labelled("harm", harm, page, 2), ""] : [])
    ])
  )
}

/**
 * The verdict in one sentence: what it is, why, and what to do next.
 *
 * @since 0.1.0
 * @category rendering
 */
export const verdict = (report: Report): string => {
  const broken = report.requirements.filter((each) => isFault(each, report))
  const [first] = broken
  switch (report.verdict) {
    case "conforms":
      return `CONFORMS: ${conformance(report)}`
    case "inconclusive":
      return `INCONCLUSIVE: ${report.reason ?? "the run ended before everything was tested"}`
    case "violates":
      return first === undefined
        ? `VIOLATES: ${report.reason ?? "a requirement is broken"}`
        : `VIOLATES: ${count(broken.length, "requirement")} of the contract ${broken.length === 1 ? "is" : "are"} broken${
            report.reason === null ? "" : ` (${report.reason})`
          }; start with ${first.id}, mend it, and give its --replay token to see it fixed`
  }
}

/**
 * The command that tests the target of a report, up to where `--replay` follows.
 *
 * @since 0.1.0
 * @category rendering
 */
export const commandOf = (report: Pick<Report, "target" | "threads">, replyTo?: string | undefined): string =>
  [
    "inbox-contract run",
    `--url ${shellWord(report.target)}`,
    ...report.threads.map((thread) => `--thread ${shellWord(thread)}`),
    ...(replyTo === undefined ? [] : [`--reply-to ${shellWord(replyTo)}`])
  ].join(" ")

const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const conformance = ({ requirements, strict }: Report): string => {
  const warned = requirements.filter(({ status }) => status === "warned").length
  const waived = requirements.filter(({ status }) => status === "waived").length
  const reservations = [
    ...(warned === 0 || strict ? [] : [`${count(warned, "SHOULD", "SHOULDs")} broken, which --strict would fail`]),
    ...(waived === 0 ? [] : [`${count(waived, "fault")} waived`])
  ]
  const all = requirements.every(({ status }) => status !== "skipped")
  const held = all ? "every requirement that binds holds" : "every requirement that was tested holds"
  return reservations.length === 0 ? held : `${held}; ${reservations.join(", ")}`
}

// ---------------------------------------------------------------------------------------------------------------------
// header and table
// ---------------------------------------------------------------------------------------------------------------------

const header = (report: Report, page: Page): ReadonlyArray<string> => [
  page.paint.bold("Send message, as documented, against"),
  ...wrap(`${report.target}`, page.width - 2).map((line) => `  ${line}`),
  page.paint.dim(
    `  ${[
      `${report.threads.length === 1 ? "thread" : "threads"} ${report.threads.join(" ")}`,
      `seed ${report.seed}`,
      ...(report.strict ? ["strict"] : [])
    ].join(", ")}`
  ),
  ""
]

interface Row {
  readonly id: string
  readonly title: string
  readonly status: Status
  readonly cases: number
}

const keyPrefix = "response.key."

/** What is said of a chapter as a whole. */
const wholly = { skipped: unasked, inconclusive: "could not be told" } as const

/**
 * A chapter that was not asked for, or of which nothing could be told, is one row, and so are the keys of the answer
 * where all of them say the same.
 */
const folded = (rows: ReadonlyArray<ReportedRequirement>, page: Page): ReadonlyArray<Row> => {
  const [head] = rows
  for (const status of ["skipped", "inconclusive"] as const) {
    if (head === undefined || page.verbose || rows.some((row) => row.status !== status)) continue
    const cases = status === "skipped" ? 0 : Math.max(...rows.map((row) => row.cases))
    return [{ id: `${head.group}.* (${rows.length})`, title: wholly[status], status, cases }]
  }
  const keys = rows.filter(({ id }) => id.startsWith(keyPrefix))
  const [first] = keys
  if (first === undefined || page.verbose || keys.some(({ status }) => status !== first.status)) return rows
  if (first.status !== "passed" && first.status !== "skipped" && first.status !== "inconclusive") return rows
  const one: Row = {
    id: `${keyPrefix}* (${keys.length})`,
    title: "every key is present and has its documented type",
    status: first.status,
    cases: Math.min(...keys.map(({ cases }) => cases))
  }
  return rows.flatMap((row) => (row === first ? [one] : row.id.startsWith(keyPrefix) ? [] : [row]))
}

const casesWidth = 7

const table = (report: Report, page: Page): ReadonlyArray<string> => {
  const chapters = Requirement.groups.map((group) => ({
    group,
    rows: folded(
      report.requirements.filter((each) => each.group === group),
      page
    )
  }))
  const idWidth = Math.max(...chapters.flatMap(({ rows }) => rows.map(({ id }) => id.length)))
  const roomForTitle = page.width - 4 - idWidth - 2 - casesWidth
  const titleWidth = roomForTitle < 30 ? 0 : Math.min(roomForTitle, 110)
  return chapters.flatMap(({ group, rows }, position) => {
    const title = Requirement.groupTitles[group]
    const wide = 4 + idWidth + (titleWidth === 0 ? 0 : 2 + titleWidth)
    const heading = position === 0 ? `${title.padEnd(wide)}${page.paint.dim("cases".padStart(casesWidth))}` : title
    return [
      page.paint.bold(heading),
      ...rows.map((row) => {
        const mark = painted(row.status, marks[row.status], page)
        const id = row.id.padEnd(idWidth)
        const shownId = row.status === "passed" ? id : painted(row.status, id, page)
        const shownTitle = titleWidth === 0 ? "" : `  ${pad(cut(row.title, titleWidth), titleWidth)}`
        const cases = page.paint.dim(numbers.format(row.cases).padStart(casesWidth))
        return `  ${mark} ${shownId}${row.status === "skipped" ? page.paint.dim(shownTitle) : shownTitle}${cases}`
      }),
      ""
    ]
  })
}

// ---------------------------------------------------------------------------------------------------------------------
// findings
// ---------------------------------------------------------------------------------------------------------------------

/**
 * Every counterexample once, with the requirement that it is told under: the one that it breaks first of all, unless
 * that one is excused or was not asked for.
 *
 * @since 0.1.0
 * @category getters
 */
export const told = (
  report: Report,
  status: Status
): ReadonlyArray<{ readonly requirement: ReportedRequirement; readonly counterexample: Counterexample }> => {
  const open = new Set(
    report.requirements.filter((row) => row.status === "failed" || row.status === "warned").map(({ id }) => id)
  )
  return report.requirements
    .filter((row) => row.status === status)
    .flatMap((requirement) =>
      counterexamplesOf(requirement)
        .filter((each) => each.requirement === requirement.id || !open.has(each.requirement))
        .map((counterexample) => ({ requirement, counterexample }))
    )
}

const findings = (report: Report, command: string, page: Page): ReadonlyArray<string> => {
  const block = (status: Status, title: (amount: number) => string): ReadonlyArray<string> => {
    const all = told(report, status)
    return all.length === 0
      ? []
      : [
          rule(page, title(all.length)),
          "",
          ...all.flatMap(({ counterexample, requirement }) => [
            ...finding(requirement, counterexample, command, page),
            "",
            ""
          ])
        ]
  }
  return [
    ...waived(report, page),
    ...block("warned", (amount) => `${count(amount, "warning")}${report.strict ? ", failing under --strict" : ""}`),
    ...block("failed", (amount) => count(amount, "failure"))
  ]
}

const waived = (report: Report, page: Page): ReadonlyArray<string> => {
  const rows = report.requirements.filter(({ status }) => status === "waived")
  if (rows.length === 0) return []
  return [
    rule(page, "waived"),
    ...rows.flatMap(({ id, waived: reason }) =>
      wrap(`${id}: ${reason ?? ""}`, page.width - 4).map(
        (line, position) => `  ${position === 0 ? painted("waived", marks.waived, page) : " "} ${line}`
      )
    ),
    ""
  ]
}

const finding = (
  requirement: ReportedRequirement,
  self: Counterexample,
  command: string,
  page: Page
): ReadonlyArray<string> => {
  const status = self.level === "MUST" ? "failed" : "warned"
  const row = (label: string, text: string, color?: (line: string) => string) =>
    text === "" ? [] : labelled(label, text, page, 2, color)
  return [
    `${painted(status, `${marks[status]} ${requirement.id}`, page)}  ${page.paint.dim(self.level)}`,
    ...wrap(requirement.title, page.width - 2).map((line) => `  ${page.paint.bold(line)}`),
    "",
    ...row("expected", self.expected, page.paint.green),
    ...row("came", `${self.actual}${self.place === "" ? "" : `  (${self.place})`}`, page.paint.red),
    ...row("when", self.when),
    ...row("document", self.source),
    ...row("harm", self.harm),
    ...row("seen", frequency(self)),
    ...row("alike", self.alike.join("; ")),
    ...row("breaks", self.also.length === 0 ? "" : `besides: ${self.also.join(", ")}`),
    "",
    ...exchanges(self, page),
    ...curl(self, page),
    ...replay(self, command, page)
  ]
}

// ---------------------------------------------------------------------------------------------------------------------
// exchanges
// ---------------------------------------------------------------------------------------------------------------------

/** With more exchanges than this, only the offending one is shown in full. */
const shownInFull = 2

/**
 * What was sent to show a violation, and what came back.
 *
 * @since 0.1.0
 * @category models
 */
export interface Proof extends Pick<Counterexample, "exchanges" | "together" | "offending" | "place"> {}

const exchanges = (self: Proof, page: Page): ReadonlyArray<string> => {
  const many = self.exchanges.length > 1
  const intro = self.together
    ? [`  ${count(self.exchanges.length, "request")} in flight together:`, ""]
    : many
      ? [`  ${count(self.exchanges.length, "request")}, one after another:`, ""]
      : []
  return [
    ...intro,
    ...self.exchanges.flatMap((exchange, position) => {
      const offending = position === self.offending
      const name = many ? ` ${position + 1}${offending ? " (the offending one)" : ""}` : ""
      return offending || page.verbose || self.exchanges.length <= shownInFull
        ? inFull(exchange, name, offending ? self.place : undefined, page)
        : brief(exchange, name, page)
    })
  ]
}

const brief = (exchange: ReportedExchange, name: string, page: Page): ReadonlyArray<string> => {
  const sent = exchange.request.body === null ? "no body" : bodyText(exchange.request.body, 40)
  const answer = exchange.response === null ? (exchange.trouble ?? "no answer") : String(exchange.response.status)
  return [`  ${page.paint.dim(`request${name}`)}  ${exchange.request.method} ${sent} → ${answer}`, ""]
}

const inFull = (
  exchange: ReportedExchange,
  name: string,
  place: string | undefined,
  page: Page
): ReadonlyArray<string> => [
  `  ${page.paint.dim(`request${name}, ${exchange.title}`)}`,
  ...request(exchange.request, page),
  "",
  `  ${page.paint.dim(`answer${many(name)}, after ${seconds(Math.round(exchange.durationMs))}`)}`,
  ...answer(exchange, place, page),
  ""
]

const many = (name: string): string => name.replace(" (the offending one)", "")

const margin = "    "

/**
 * The lines of a request.
 *
 * @internal
 */
export const request = (
  { body, headers, method, url }: ReportedExchange["request"],
  page: Page
): ReadonlyArray<string> => [
  `${margin}${page.paint.bold(method)} ${url}`,
  ...headers.map(([name, value]) => `${margin}${name}: ${visible(value, 200)}`),
  ...(body === null ? [] : [`${margin}${bodyText(body, page.verbose ? 4_000 : 400)}`])
]

/**
 * The lines of an answer, with what is at the place marked.
 *
 * @internal
 */
export const answer = (exchange: ReportedExchange, place: string | undefined, page: Page): ReadonlyArray<string> => {
  const { response, trouble } = exchange
  const troubled = trouble === null ? [] : [offence(trouble, place !== undefined, page)]
  if (response === null) return troubled
  return [
    offence(`${response.status} ${visible(response.statusText, 200)}`.trim(), place === "status", page),
    ...answerHeaders(response.headers, place, page),
    ...answerBody(response.body, place, page),
    ...troubled
  ]
}

const offence = (text: string, marked: boolean, page: Page): string =>
  marked ? `${page.paint.red(`  > ${text}`)}` : `${margin}${text}`

/** The headers that bear on how an answer is read. */
const relevant = /^(content-type|content-encoding|retry-after|location|www-authenticate|x-ratelimit-.*)$/i

const answerHeaders = (
  headers: ReadonlyArray<readonly [string, string]>,
  place: string | undefined,
  page: Page
): ReadonlyArray<string> => {
  const wanted = headerOf(place)
  const isShown = (name: string) =>
    page.verbose || name.toLowerCase() === wanted || (relevant.test(name) && !/^x-ratelimit/i.test(name))
  const shown = headers.filter(([name]) => isShown(name))
  const missing = wanted !== undefined && !headers.some(([name]) => name.toLowerCase() === wanted)
  return [
    ...shown.map(([name, value]) => offence(`${name}: ${visible(value, 200)}`, name.toLowerCase() === wanted, page)),
    ...(missing ? [offence(`${wanted} is missing`, true, page)] : [])
  ]
}

const visible = (text: string, max: number): string =>
  text.length <= max && /^[\x20-\x7e]*$/.test(text)
    ? text
    : Diagnosis.show(text, { max: text.length <= max ? max : Math.max(8, max - elision), quotes: false })

/** What is said about what is left out of a text takes so many columns. */
const elision = 16

const bodyText = (body: Body, max: number): string => {
  if (body.bytes === 0) return "(an empty body)"
  return body.encoding === "base64"
    ? `${cut(body.text, max)}  (${count(body.bytes, "byte")} that are not UTF-8, in base64)`
    : visible(body.text, max)
}

const answerBody = (body: Body, place: string | undefined, page: Page): ReadonlyArray<string> => {
  const message = place === "body" ? undefined : objectOf(body.text)
  if (message !== undefined) return objectLines(message, place, page)
  const text = bodyText(body, page.verbose ? 4_000 : 600)
  return place === "body" ? [offence(text, true, page)] : [`${margin}${text}`]
}

/** The keys around the offending one that are shown, on either side. */
const neighbours = 3

const objectLines = (
  value: Readonly<Record<string, unknown>>,
  place: string | undefined,
  page: Page
): ReadonlyArray<string> => {
  const key = keyOf(place)
  const keys = Object.keys(value)
  const at = key === undefined ? -1 : keys.indexOf(key)
  const near = (position: number) =>
    page.verbose || key === undefined || at === -1 || Math.abs(position - at) <= neighbours
  const room = page.width - margin.length - 2
  const lines: Array<string> = [`${margin}{`]
  let hidden = 0
  const flush = () => {
    if (hidden > 0) lines.push(page.paint.dim(`${margin}  … ${count(hidden, "more key")}`))
    hidden = 0
  }
  keys.forEach((name, position) => {
    if (!near(position)) {
      hidden++
      return
    }
    flush()
    const comma = position === keys.length - 1 ? "" : ","
    const offending = position === at
    const max = offending ? 400 : Math.max(20, room - name.length - 5)
    const line = `  ${JSON.stringify(name)}: ${visible(JSON.stringify(value[name]), max)}${comma}`
    lines.push(offence(line, offending, page))
    if (offending) lines.push(page.paint.red(`${margin}  ${"^".repeat(name.length + 2)}`))
  })
  flush()
  if (key !== undefined && at === -1) lines.push(offence(`  ${JSON.stringify(key)} is missing`, true, page))
  lines.push(`${margin}}`)
  return lines
}

// ---------------------------------------------------------------------------------------------------------------------
// what to paste
// ---------------------------------------------------------------------------------------------------------------------

/** A longer command line is not shown: the replay token does the same, and the JSON report has it. */
const longestCurl = 3_000

const curl = (self: Counterexample, page: Page): ReadonlyArray<string> => [
  `  ${page.paint.dim("by hand, with the token in INBOX_API_TOKEN")}`,
  ...(self.curl.length > longestCurl && !page.verbose
    ? [`${margin}${count(self.curl.length, "character")} of curl: too long to show; --report json=FILE has it`]
    : self.curl.split("\n").map((line) => `${margin}${line}`)),
  ""
]

/** Tokens may be long: a line of its own can be selected as a whole. */
const replay = (self: Counterexample, command: string, page: Page): ReadonlyArray<string> => {
  const line = `${command} --replay ${self.replay}`
  return [
    `  ${page.paint.dim('again with the kit, which says "still violates" or "fixed"')}`,
    ...(line.length + margin.length <= page.width
      ? [`${margin}${line}`]
      : [
          ...wrapCommand(`${command} --replay`, page.width - margin.length - 2).map(
            (part, position) => `${margin}${position === 0 ? "" : "  "}${part} \\`
          ),
          self.replay
        ])
  ]
}

const excuses = (report: Report, page: Page): ReadonlyArray<string> => {
  const file = waiverFile(report)
  return file === undefined
    ? []
    : [rule(page, "to excuse what is known, give a file with these entries to --waive FILE"), file, ""]
}

// ---------------------------------------------------------------------------------------------------------------------
// summary
// ---------------------------------------------------------------------------------------------------------------------

const summary = (report: Report, page: Page): ReadonlyArray<string> => {
  const amount = (status: Status) => amountOf(report, status)
  const counts = statuses
    .filter((status) => status === "passed" || status === "failed" || amount(status) > 0)
    .map((status, position) => {
      const text = `${amount(status)} ${position === 0 ? "requirements " : ""}${status}`
      return amount(status) === 0 ? text : painted(status, text, page)
    })
  const verdictColor = { conforms: page.paint.green, violates: page.paint.red, inconclusive: page.paint.magenta }
  const facts = [
    `${count(report.requests, "request")} in ${seconds(report.durationMs)}, ${numbers.format(report.accepted)} accepted`,
    report.latency.histogram.length === 0
      ? "nothing was answered"
      : `answers in ${tenths(report.latency.p50)} ms (median), ${tenths(report.latency.p95)} ms (95 %)`,
    `seed ${report.seed}, budget ${report.budget}`
  ]
  return [
    ...wrap(`${facts.join("; ")}`, page.width).map((line) => page.paint.dim(line)),
    ...coverage(report, page),
    ...report.notes.flatMap((note) => wrap(`note: ${note}`, page.width).map((line) => page.paint.dim(line))),
    "",
    counts.join(", "),
    ...wrap(verdict(report), page.width).map((line) => page.paint.bold(verdictColor[report.verdict](line)))
  ]
}

const coverage = ({ coverage: classes }: Report, page: Page): ReadonlyArray<string> => {
  const sent = classes.filter(({ cases }) => cases > 0)
  if (sent.length === 0) return []
  const least = sent.reduce((left, right) => (right.cases < left.cases ? right : left))
  const line =
    sent.length < classes.length
      ? `contents sent: ${sent.length} of ${count(classes.length, "class", "classes")}; least: ${least.class} (${numbers.format(least.cases)})`
      : `contents sent: all ${count(classes.length, "class", "classes")}; least: ${least.class} (${numbers.format(least.cases)})`
  return [
    ...wrap(line, page.width).map((each) => page.paint.dim(each)),
    ...(page.verbose
      ? classes.map(({ cases, class: id, title }) =>
          page.paint.dim(`  ${numbers.format(cases).padStart(casesWidth)}  ${id}  ${title}`)
        )
      : [])
  ]
}

// ---------------------------------------------------------------------------------------------------------------------
// replays
// ---------------------------------------------------------------------------------------------------------------------

/**
 * Lays out what became of a replay: the outcome in the first line, then what is still wrong.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderReplayed = (replayed: Replayed, options: Options = {}): string => {
  const page = makePage(options)
  const requirement = Requirement.byId.get(replayed.requirement)
  const row = (label: string, text: string, color?: (line: string) => string) =>
    text === "" ? [] : labelled(label, text, page, 2, color)
  const title = row("title", requirement?.title ?? "")
  switch (replayed.outcome) {
    case "fixed":
      return finished(page, [page.paint.green(`fixed: ${replayed.requirement}`), ...title])
    case "inconclusive":
      return finished(
        page,
        wrap(`inconclusive: ${replayed.reason ?? "no answer"}`, page.width).map((line) => page.paint.magenta(line))
      )
    case "still violates":
      return finished(page, [
        page.paint.red(`still violates: ${replayed.requirement}`),
        ...title,
        ...replayed.violations.flatMap((violation) => [
          ...row("expected", violation.expected, page.paint.green),
          ...row("came", `${violation.actual}  (${violation.place})`, page.paint.red)
        ]),
        ...row("document", requirement?.source ?? ""),
        ...row("harm", requirement?.harm ?? ""),
        "",
        ...exchanges(
          {
            exchanges: replayed.exchanges,
            together: replayed.together,
            offending: replayed.violations[0]?.step ?? 0,
            place: replayed.violations[0]?.place ?? ""
          },
          page
        )
      ])
  }
}

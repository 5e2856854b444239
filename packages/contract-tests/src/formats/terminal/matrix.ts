import * as Requirement from "../../contract/Requirement.js"
import * as Matrix from "../../kit/Matrix.js"
import type { Status } from "../../report/Report.js"
import * as Summary from "../../report/summary.js"
import { againWith, marks, statuses, verdictMarks, verdictOf } from "../../report/summary.js"
import { count, numbers, seconds } from "../../text/words.js"
import { continued, cut, pad, wrap } from "../../text/wrap.js"
import { finished, makePage, type Options, type Page, painted } from "./page.js"

/** The command that tests a target alone. */
type CommandOf = (column: Matrix.Column) => string

/** Lays out a matrix: requirements down the side, targets across, and a verdict for each. */
export const render = (matrix: Matrix.Matrix, options: Options & { readonly commandOf?: CommandOf } = {}): string => {
  const page = makePage(options)
  return finished(page, [
    ...header(matrix, page),
    ...table(matrix, page),
    ...verdicts(matrix, options.commandOf ?? (({ report }) => Summary.commandOf(report)), page),
    page.paint.dim(
      `${count(requestsOf(matrix), "request")} in ${seconds(matrix.durationMs)}; seed ${matrix.seed}, budget ${matrix.budget}`
    ),
    ...wrap(verdict(matrix), page.width).map((line) =>
      page.paint.bold(painted(verdictMarks[matrix.verdict], line, page))
    )
  ])
}

/** The outcome in one sentence. */
export const verdict = ({ targets, verdict }: Matrix.Matrix): string => {
  const names = targets.filter(({ report }) => report.verdict === verdict).map(({ name }) => name)
  const all = `${numbers.format(names.length)} of ${count(targets.length, "server")}`
  switch (verdict) {
    case "conforms":
      return `CONFORMS: ${targets.length === 1 ? "the server does" : `all ${count(targets.length, "server")} do`}`
    case "violates":
      return `VIOLATES: ${all}, ${names.join(", ")}`
    case "inconclusive":
      return `INCONCLUSIVE: ${all}, ${names.join(", ")}`
  }
}

const requestsOf = ({ targets }: Matrix.Matrix): number => targets.reduce((sum, { report }) => sum + report.requests, 0)

const header = ({ strict, targets }: Matrix.Matrix, page: Page): ReadonlyArray<string> => {
  const wide = Math.max(...targets.map(({ name }) => name.length))
  return [
    page.paint.bold(
      `Send message, as documented, against ${count(targets.length, "server")}${strict ? ", strict" : ""}`
    ),
    ...targets.flatMap(({ name, report: { target, threads } }) =>
      wrap(`${target}, ${threads.length === 1 ? "thread" : "threads"} ${threads.join(" ")}`, page.width - wide - 4).map(
        (line, position) => `  ${position === 0 ? name.padEnd(wide) : " ".repeat(wide)}  ${line}`
      )
    ),
    ""
  ]
}

/** Columns between two marks at the least. */
const gap = 2

const table = (matrix: Matrix.Matrix, page: Page): ReadonlyArray<string> => {
  const rows = Matrix.rows(matrix).filter((row) => page.verbose || Matrix.isTelling(row))
  if (rows.length === 0) return [...quiet(matrix, page), ""]
  const idWidth = Math.max(...rows.map(({ requirement }) => requirement.id.length))
  const names = matrix.targets.map(({ name }) => name)
  const fits = 2 + idWidth + names.reduce((sum, name) => sum + gap + name.length, 0) <= page.width
  // Where the names do not fit, targets are numbered as in the list above.
  const heads = fits ? names : names.map((_, position) => String(position + 1))
  const marksWidth = heads.reduce((sum, head) => sum + gap + head.length, 0)
  const room = page.width - 2 - idWidth - 2 - marksWidth
  const titleWidth =
    room < 24 ? 0 : Math.min(room, Math.max(...rows.map(({ requirement }) => requirement.title.length)))
  const start = 2 + idWidth + (titleWidth === 0 ? 0 : 2 + titleWidth)
  const cells = (texts: ReadonlyArray<string>, paint: (text: string, position: number) => string) =>
    texts
      .map((text, position) => {
        const wide = heads[position]?.length ?? 0
        const left = Math.floor((wide - text.length) / 2)
        return `${" ".repeat(gap + left)}${paint(text, position)}${" ".repeat(wide - text.length - left)}`
      })
      .join("")
  const heading = (title: string, position: number): string =>
    position === 0
      ? `${page.paint.bold(pad(cut(title, start), start))}${cells(heads, (text) => page.paint.bold(text))}`
      : page.paint.bold(title)
  const chapters = Requirement.groups
    .map((group) => ({ group, own: rows.filter(({ requirement }) => requirement.group === group) }))
    .filter(({ own }) => own.length > 0)
  return [
    ...chapters.flatMap(({ group, own }, position) => [
      heading(Requirement.groupTitles[group], position),
      ...own.map(({ requirement: { id, title }, statuses }) => {
        const shown = titleWidth === 0 ? "" : `  ${pad(cut(title, titleWidth), titleWidth)}`
        return `  ${id.padEnd(idWidth)}${page.paint.dim(shown)}${cells(
          statuses.map((status) => marks[status]),
          (text, at) => painted(statuses[at] ?? "skipped", text, page)
        )}`
      }),
      ""
    ]),
    ...legend(rows, page),
    ...quiet(matrix, page),
    ""
  ]
}

const legend = (rows: ReadonlyArray<Matrix.Row>, page: Page): ReadonlyArray<string> => {
  const present = statuses.filter((status) => rows.some((row) => row.statuses.includes(status)))
  return [present.map((status) => painted(status, `${marks[status]} ${status}`, page)).join("  ")]
}

/** Number of rows that are not shown, and the reason. */
const quiet = (matrix: Matrix.Matrix, page: Page): ReadonlyArray<string> => {
  if (page.verbose) return []
  const amount = (status: Status) =>
    Matrix.rows(matrix).filter((row) => row.statuses.every((each) => each === status)).length
  const parts = (["passed", "skipped"] as const)
    .filter((status) => amount(status) > 0)
    .map((status) => `${count(amount(status), "requirement")} ${status}`)
  return parts.length === 0
    ? []
    : wrap(`not shown: ${parts.join(" and ")} everywhere; --verbose shows them`, page.width).map((line) =>
        page.paint.dim(line)
      )
}

/** The command that shows the findings of one target in full. */
const alone = (command: string, indent: number, page: Page): ReadonlyArray<string> =>
  continued(command, page.width - indent).map((line) => page.paint.dim(`${" ".repeat(indent)}${line}`))

const verdicts = (matrix: Matrix.Matrix, commandOf: CommandOf, page: Page): ReadonlyArray<string> => {
  const wide = Math.max(...matrix.targets.map(({ name }) => name.length))
  return [
    ...matrix.targets.flatMap((column) => {
      const { name, report } = column
      const status = verdictMarks[report.verdict]
      const command = againWith(commandOf(column), report)
      return [
        ...wrap(verdictOf(report), page.width - wide - 6).map(
          (line, position) =>
            `  ${position === 0 ? `${painted(status, marks[status], page)} ${page.paint.bold(name.padEnd(wide))}` : " ".repeat(wide + 2)}  ${painted(status, line, page)}`
        ),
        ...(report.verdict === "conforms" ? [] : alone(command, wide + 6, page))
      ]
    }),
    ""
  ]
}

/**
 * The table of requirements.
 *
 * @since 0.1.0
 */
import {
  groups,
  groupTitles,
  type Report,
  type ReportedRequirement,
  type Status,
  unasked
} from "../../report/Report.js"
import { marks } from "../../report/summary.js"
import { numbers } from "../../text/words.js"
import { cut, pad, wrap } from "../../text/wrap.js"
import { type Page, painted } from "./page.js"

export const header = (report: Report, page: Page): ReadonlyArray<string> => [
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

/** Titles of folded chapters. */
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

export const casesWidth = 7

export const table = (report: Report, page: Page): ReadonlyArray<string> => {
  const chapters = groups
    .map((group) => ({
      group,
      rows: folded(
        report.requirements.filter((each) => each.group === group),
        page
      )
    }))
    .filter(({ rows }) => rows.length > 0)
  const idWidth = Math.max(...chapters.flatMap(({ rows }) => rows.map(({ id }) => id.length)))
  const roomForTitle = page.width - 4 - idWidth - 2 - casesWidth
  const titleWidth = roomForTitle < 30 ? 0 : Math.min(roomForTitle, 110)
  return chapters.flatMap(({ group, rows }, position) => {
    const title = groupTitles[group]
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

import type { Explanation, Way } from "../../kit/Explain.js"
import { command as called } from "../../text/command.js"
import { count, numbers } from "../../text/words.js"
import { continued, cut, pad } from "../../text/wrap.js"
import { finished, labelled, makePage, type Options, type Page, rule } from "./page.js"

/** Lays out an explanation. */
export const render = ({ cost, requests, requirement, servers, ways }: Explanation, options: Options): string => {
  const page = makePage(options)
  const { harm, id, level, source, title } = requirement
  return finished(page, [
    `${page.paint.bold(id)}  ${page.paint.dim(level)}`,
    ...labelled("holds", `when ${title}`, page, 2),
    ...labelled("document", source, page, 2),
    ...labelled("harm", harm, page, 2),
    ...labelled("breaking", consequence[level], page, 2),
    "",
    rule(page, `how it is tested: ${count(ways.length, "way")}, ${count(requests, "request")} in a default run`),
    ...table(ways, page),
    "",
    rule(page, "to test nothing else"),
    ...continued(`${called} run --only ${id}`, page.width - 2).map((line) => `  ${line}`),
    `  ${page.paint.dim(`${count(cost.default.requests, "request")}; ${numbers.format(cost.quick.requests)} with --budget quick, ${numbers.format(cost.deep.requests)} with --budget deep`)}`,
    "",
    rule(page, "to excuse it, an entry of the file of --waive"),
    `  ${JSON.stringify({ id, reason: "CHANGE ME: explain why" })}`,
    ...(servers.length === 0
      ? []
      : [
          "",
          rule(page, `how the kit proves that it sees it: on ${count(servers.length, "server")} that break it`),
          ...continued(`${called} self-test --only ${id}`, page.width - 2).map((line) => `  ${line}`),
          ...some(servers, page).map((server) =>
            typeof server === "number"
              ? page.paint.dim(`  ${more(server)}`)
              : `    ${cut(`${server.id}: ${server.title}`, page.width - 4)}`
          )
        ])
  ])
}

const consequence = {
  MUST: "fails a run, with exit code 1",
  SHOULD: "warns, and fails a run with --strict"
} as const

const expectations: { readonly [E in Way["expects"]]: string } = {
  accepted: "200",
  refused: "4xx",
  "turned away": "4xx or a redirect",
  unauthorised: "401 or 403",
  ignored: "as if it were not there",
  survived: "no 5xx"
}

/** Entries that are shown without `--verbose`. */
const shown = 8

const some = <A>(items: ReadonlyArray<A>, page: Page): ReadonlyArray<A | number> =>
  page.verbose || items.length <= shown + 1 ? items : [...items.slice(0, shown), items.length - shown]

const more = (amount: number): string => `… ${numbers.format(amount)} more, which --verbose shows`

const table = (ways: ReadonlyArray<Way>, page: Page): ReadonlyArray<string> => {
  const rows = some(ways, page)
  const visible = rows.filter((row) => typeof row !== "number")
  const widest = (texts: ReadonlyArray<string>) => Math.max(0, ...texts.map((text) => text.length))
  const expectsWide = widest(visible.map(({ expects }) => expectations[expects]))
  const room = page.width - 2 - 6 - 2 - expectsWide - 2
  const titleWide = Math.min(widest(visible.map(({ title }) => title)), Math.floor(room / 2))
  return rows.map((row) =>
    typeof row === "number"
      ? page.paint.dim(`  ${more(row)}`)
      : [
          `  ${page.paint.dim(numbers.format(row.requests).padStart(6))}`,
          expectations[row.expects].padEnd(expectsWide),
          pad(cut(row.title, titleWide), titleWide),
          page.paint.dim(cut(row.example, room - titleWide - 2))
        ].join("  ")
  )
}

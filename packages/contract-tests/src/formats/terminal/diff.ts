import type { Diff, Difference } from "../../kit/Diff.js"
import { spelled } from "../../text/visible.js"
import { count, numbers, seconds } from "../../text/words.js"
import { cut, pad, wrap } from "../../text/wrap.js"
import * as Exchange from "./exchange.js"
import { finished, labelled, labelWidth, makePage, type Options, type Page, rule } from "./page.js"

/** Lays out a comparison: what differs, the smallest request that shows it, and both answers side by side. */
export const render = (diff: Diff, options: Options): string => {
  const page = makePage(options)
  return finished(page, [
    ...header(diff, page),
    ...(diff.differences.length === 0
      ? []
      : [rule(page, count(diff.differences.length, "difference")), "", ...overview(diff, page), ""]),
    ...diff.differences.flatMap((each, position) => [...difference(each, position + 1, diff, page), ""]),
    ...wrap(
      `${count(diff.compared, "request")} compared in ${seconds(diff.durationMs)}; seed ${diff.seed}, budget ${diff.budget}`,
      page.width
    ).map((line) => page.paint.dim(line)),
    "",
    ...wrap(verdict(diff), page.width).map((line) => page.paint.bold(colors(page)[diff.verdict](line)))
  ])
}

/** The outcome in one sentence. */
export const verdict = ({ differences, reason, verdict }: Diff): string => {
  const because = reason === null ? "" : ` (${reason})`
  switch (verdict) {
    case "same":
      return "SAME: both servers answer alike, but for ids and times"
    case "different":
      return `DIFFERENT: in ${count(differences.length, "way")}${because}`
    case "inconclusive":
      return `INCONCLUSIVE: ${reason ?? "nothing could be compared"}`
  }
}

const colors = ({ paint }: Page) => ({ same: paint.green, different: paint.red, inconclusive: paint.magenta })

const header = ({ a, b }: Diff, page: Page): ReadonlyArray<string> => [
  page.paint.bold("Send message, the same requests to"),
  ...[a, b].flatMap(({ accepted, requests, target, threads }, position) =>
    labelled(
      position === 0 ? "A" : "B",
      `${target}, ${threads.length === 1 ? "thread" : "threads"} ${threads.join(" ")}: ${count(requests, "request")}, ${numbers.format(accepted)} accepted`,
      page,
      2
    )
  ),
  ""
]

const title = ({ kind, place }: Difference): string => spelled(place === kind ? kind : `${place}: ${kind}`, true)

/** Answer of a server, with invisible characters spelled. */
const value = (text: string): string => spelled(text, true)

const isBroken = ({ breaks }: Difference): boolean => breaks.a.length + breaks.b.length > 0

/** One line a difference, so that all of them are seen at once. */
const overview = ({ compared, differences }: Diff, page: Page): ReadonlyArray<string> => {
  const numbersWide = String(differences.length).length
  const wide = Math.min(36, Math.max(...differences.map((each) => title(each).length)))
  const room = page.width - numbersWide - wide - 6
  return differences.map((each, position) => {
    const share = `${numbers.format(each.requests)}/${numbers.format(compared)}`
    const valuesWide = Math.max(10, room - share.length - 2)
    const values = pad(cut(`${value(each.a)} | ${value(each.b)}`, valuesWide), valuesWide)
    const name = pad(cut(title(each), wide), wide)
    const number = String(position + 1).padStart(numbersWide)
    return `  ${page.paint.dim(number)} ${isBroken(each) ? page.paint.red(name) : name}  ${values}  ${page.paint.dim(share)}`
  })
}

const difference = (self: Difference, position: number, diff: Diff, page: Page): ReadonlyArray<string> => {
  const row = (label: string, text: string, color?: (line: string) => string) =>
    text === "" ? [] : labelled(label, text, page, 2, color)
  const breaks = [
    ...(self.breaks.a.length === 0 ? [] : [`A breaks ${self.breaks.a.join(", ")}`]),
    ...(self.breaks.b.length === 0 ? [] : [`B breaks ${self.breaks.b.join(", ")}`])
  ]
  return [
    `${page.paint.yellow(`${position}. ${title(self)}`)}`,
    "",
    ...row("A", value(self.a)),
    ...row("B", value(self.b)),
    ...self.others.flatMap(({ a, b }, index) => [
      ...row(index === 0 ? "also" : " ", cut(`A ${value(a)}`, page.width - 2 - labelWidth)),
      ...row(" ", cut(`B ${value(b)}`, page.width - 2 - labelWidth))
    ]),
    ...row("when", self.when.join(", ")),
    ...row("seen", `in ${count(self.requests, "request")} of ${numbers.format(diff.compared)}`),
    ...row(
      "contract",
      isBroken(self) ? breaks.join("; ") : "kept by both",
      isBroken(self) ? page.paint.red : undefined
    ),
    "",
    `  ${page.paint.dim(`request ${numbers.format(self.request)}, the smallest that shows it`)}`,
    ...Exchange.request(self.exchanges.a.request, page),
    "",
    ...sideBySide(self, page)
  ]
}

/** From so many columns on, two answers fit beside each other. */
const roomForTwo = 100

const sideBySide = ({ exchanges, place }: Difference, page: Page): ReadonlyArray<string> => {
  const isWide = page.width >= roomForTwo
  const width = isWide ? Math.floor((page.width - 2) / 2) : page.width
  const [a, b] = [exchanges.a, exchanges.b].map((exchange, index) => [
    `  ${page.paint.dim(`answer of ${index === 0 ? "A" : "B"}`)}`,
    ...Exchange.answer(exchange, place.replace("[]", ""), { ...page, width: width - 2 })
  ])
  if (a === undefined || b === undefined) return []
  if (!isWide) return [...a, "", ...b]
  return Array.from(
    { length: Math.max(a.length, b.length) },
    (_, index) => `${pad(a[index] ?? "", width)}  ${b[index] ?? ""}`
  )
}

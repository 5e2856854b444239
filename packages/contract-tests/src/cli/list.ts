import * as Effect from "effect/Effect"
import * as Terminal from "../formats/Terminal.js"
import * as Budget from "../model/Budget.js"
import * as Cost from "../plan/cost.js"
import type { ExitCode } from "./exitCode.js"
import type { Host } from "./host.js"

/** The command `list`. */
export const list = (verbose: boolean, host: Host): Effect.Effect<ExitCode> =>
  Effect.as(
    host.out(
      `${Terminal.renderCatalogue({ ...host.page, width: widthOf(host, verbose), verbose })}\n${costs(host.page.width)}`
    ),
    0
  )

/** Whoever is not at a terminal wants a line for each requirement. */
const widthOf = ({ page }: Host, verbose: boolean): number =>
  page.isTerminal || verbose ? page.width : Number.POSITIVE_INFINITY

const numbers = new Intl.NumberFormat("en")

/** Milliseconds of an answer, and requests a minute: a server that is far away, and the limit of the hosted service. */
const assumed = { answer: 10, perMinute: 300 } as const

const duration = (milliseconds: number): string => {
  const seconds = milliseconds / 1_000
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`
}

const costs = (width: number): string => {
  const rows = Budget.names.map((name) => {
    const { messages, requests, rounds } = Cost.cost(name)
    return [
      name,
      numbers.format(requests),
      numbers.format(messages),
      duration(rounds * assumed.answer),
      duration((requests / assumed.perMinute) * 60_000),
      duration(Budget.sizes[name].maxDuration)
    ]
  })
  const table = [
    [
      "--budget",
      "requests",
      "messages",
      `at ${assumed.answer} ms each`,
      `at ${assumed.perMinute}/minute`,
      "ends after"
    ],
    ...rows
  ]
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const line = (row: ReadonlyArray<string>) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
  return `${table
    .map((row) =>
      line(row)
        .join(width < 76 ? " " : "  ")
        .trimEnd()
    )
    .join("\n")}\n`
}

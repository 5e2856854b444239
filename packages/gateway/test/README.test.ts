import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Mapping } from "@inbox-effect/gateway"
import { expect } from "vitest"
import { readings } from "./v2/readings.js"

const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: ReadonlyArray<string>, fill = " ") =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width, fill)).join(" | ")} |`
  const [head = [], ...body] = rows
  return [line(head), line([], "-"), ...body.map((row) => line(row))].join("\n")
}

const inV1 = ({ v1 }: Mapping.ErrorRow): string => `${v1.status} \`${v1.code}\``

const meanings: Readonly<Record<Mapping.Verdict, string>> = {
  Refused: "not sent",
  Throttled: "not sent; repeated where the wait is short",
  Transient: "repeated with the same key; unknown if that does not help",
  InProgress: "repeated with the same key; unknown if that does not help",
  Unconfirmed: "never repeated; looked up, else unknown",
  Broken: "never repeated; 422 for a key of the caller's, else unknown"
}

const blocks: Readonly<Record<string, string>> = {
  keys: table([
    ["key of v1", "from v2", "fidelity"],
    ...Mapping.keys.map(({ fidelity, key, source }) => [`\`${key}\``, source, fidelity.toLowerCase()])
  ]),
  errors: table([
    ["error of v2", "in v1", "what it means for the message"],
    ...Mapping.errors.map((row) => [`${row.status} \`${row.code}\``, inV1(row), meanings[row.verdict]])
  ]),
  readings: table([
    ["if it turned out that", "it would break", "because"],
    ...readings.map(({ breaks, name, why }) => [name, breaks.join(", ") || "nothing", why])
  ])
}

const file = new URL("../README.md", import.meta.url)

const expected = Object.entries(blocks).reduce(
  (text, [name, block]) =>
    text.replace(
      new RegExp(`(<!-- ${name}: generated -->\n)[^]*?(<!-- end -->)`),
      (_, start, end) => `${start}\n${block}\n\n${end}`
    ),
  readFileSync(file, "utf8")
)

describe("README", () => {
  it("shows the tables that the gateway works with, and what was tried (vitest -u writes them)", async () => {
    for (const block of Object.values(blocks)) assert.include(expected, block)
    await expect(expected).toMatchFileSnapshot("../README.md")
  })

  it("says first that nothing was tried against the hosted service", () => {
    const [before] = expected.split("\n## ")
    assert.include(before, "Not tried against the hosted service")
  })
})

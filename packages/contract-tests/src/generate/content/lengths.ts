import * as fc from "fast-check"
import { codePoints, define, oneOf, text, utf8Length, within } from "./model.js"

/** Unit of a limit. */
export type Measure = "units" | "codePoints" | "bytes"

/** Limits that services put on short texts. */
export const limits = [
  50, 64, 70, 100, 128, 140, 150, 160, 200, 250, 255, 256, 280, 300, 320, 400, 500, 512, 640, 750, 800, 900, 999, 1000
] as const

/** Limits that services put on long texts. */
export const longLimits = [1024, 1500, 2000, 2048, 2500, 3000, 4000, 4096, 5000, 6000, 8000, 8192, 9999, 10000] as const

export const around = (values: ReadonlyArray<number>, min: number, max: number): ReadonlyArray<number> =>
  [...new Set(values.flatMap((n) => [n - 1, n, n + 1]))].filter((n) => n >= min && n <= max).sort((a, b) => a - b)

const measures: Record<Measure, (content: string) => number> = {
  units: (content) => content.length,
  codePoints,
  bytes: utf8Length
}

export const measureOf = (content: string, measure: Measure): number => measures[measure](content)

const prose = "the quick brown fox jumps over the lazy dog while seven wizards box "

/** `n` ASCII characters of prose with a letter at either end. */
const proseOf = (n: number): string => {
  const cut = prose.repeat(Math.ceil(n / prose.length)).slice(0, n)
  return cut.endsWith(" ") ? `${cut.slice(0, -1)}x` : cut
}

/** `lead`, units in turn, ASCII to fill up, `trail`: exactly `n` in the measure wherever the edges leave room. */
export const fill = (options: {
  readonly n: number
  readonly measure: Measure
  readonly lead?: string
  readonly trail?: string
  readonly units?: ReadonlyArray<string>
}): string => {
  const { lead = "", measure, n, trail = "", units = [] } = options
  let room = n - measureOf(lead + trail, measure)
  const round = units.join("")
  const rounds = round === "" ? 0 : Math.max(0, Math.floor(room / measureOf(round, measure)))
  room -= rounds * measureOf(round, measure)
  let last = ""
  for (const unit of units) {
    const cost = measureOf(unit, measure)
    if (cost > room) break
    last += unit
    room -= cost
  }
  return lead + round.repeat(rounds) + last + proseOf(Math.max(0, room)) + trail
}

/** Units of one, two, three and four bytes, and mixtures of them. */
export const unitSets: ReadonlyArray<ReadonlyArray<string>> = [
  ["x"],
  ["é"],
  ["漢"],
  ["😀"],
  ["é", "漢", "😀", "x"],
  ["𝒳", "😀", "𐍈", "𠀀"],
  ["ж", "я"],
  ["の", "語", "ㅎ", "한"]
]

/** The lengths that texts with awkward edges take, so that one request tries both. */
export const plan: ReadonlyArray<(lead: string, trail: string) => string> = [
  ...around(limits, 2, 1000).map((n) => (lead: string, trail: string) => fill({ n, measure: "units", lead, trail })),
  ...[3, 7, 17, 22, 29, 32, 37, 38, 40].map(
    (n) => (lead: string, trail: string) => fill({ n, measure: "units", lead, trail })
  ),
  ...([64, 128, 140, 160, 255, 256, 280, 500, 512, 999] as const).map(
    (n) => (lead: string, trail: string) =>
      fill({ n, measure: "codePoints", lead, trail, units: ["𝒳", "😀", "𐍈", "𠀀"] })
  ),
  ...([64, 128, 140, 160, 191, 255, 256, 280, 500, 512, 1000, 1024, 2048] as const).map(
    (n) => (lead: string, trail: string) => fill({ n, measure: "bytes", lead, trail, units: ["é", "漢", "😀", "ж"] })
  )
]

/** A full thousand code points of every width, shifted so that a cut at any byte meets every part of a character. */
const thousands = [
  fill({ n: 1000, measure: "codePoints", units: ["é"] }),
  fill({ n: 1000, measure: "codePoints", units: ["漢"] }),
  ...["", "a", "ab", "abc"].map((lead) => fill({ n: 1000, measure: "codePoints", lead, units: ["😀"] })),
  fill({ n: 1000, measure: "codePoints", lead: "ab", units: ["の"] }),
  fill({ n: 1000, measure: "codePoints", units: ["é", "漢", "😀", "x", "ж"] }),
  "x".repeat(1000)
]

const sized = (ns: ReadonlyArray<number>, max: number): fc.Arbitrary<string> =>
  fc
    .record({
      n: fc.oneof(oneOfNumbers(ns), fc.integer({ min: ns[0] ?? 1, max })),
      measure: fc.constantFrom<Measure>("units", "codePoints", "bytes"),
      units: fc.constantFrom(...unitSets),
      lead: fc.oneof(fc.constantFrom("", "a", "ab", "abc"), text)
    })
    .map((options) => fill(options))

const oneOfNumbers = (ns: ReadonlyArray<number>): fc.Arbitrary<number> => fc.constantFrom(...ns)

export const length = define({
  id: "length",
  title: "long texts, and lengths around common limits in UTF-16 units, code points and bytes",
  matches: (content) => utf8Length(content) >= 49,
  examples: thousands,
  arbitrary: sized(around(limits, 49, 1000), 1000)
})

export const longWord = define({
  id: "long-word",
  title: "one very long word",
  matches: /(?<![^\s\u200b])[^\s\u200b]{60,}/u,
  examples: ["a".repeat(65), `${"Donaudampfschifffahrtsgesellschaft".repeat(4)}!`],
  arbitrary: fc
    .tuple(oneOf(["a", "ab", "0", "é", "漢", "😀", "A-", "x_"]), fc.integer({ min: 60, max: 495 }))
    .map(([unit, n]) => unit.repeat(n))
})

const longFills = (n: number, index: number): ReadonlyArray<string> => [
  fill({ n, measure: "units", lead: "L", trail: "." }),
  fill({ n, measure: "codePoints", lead: "L", units: unitSets[3 + (index % 3)] ?? ["😀"], trail: "." }),
  fill({
    n,
    measure: "bytes",
    lead: "L",
    units: n < 5000 ? ["é", "x"] : (unitSets[1 + (index % 4)] ?? ["é"]),
    trail: "."
  })
]

const isLong = (content: string): boolean => {
  const n = codePoints(content)
  return n > 1000 && n <= 10_000
}

/** Texts of 1,001 to 10,000 code points. */
export const long: ReadonlyArray<string> = [
  ...new Set(
    around(longLimits, 1001, 10_000)
      .flatMap(longFills)
      .concat(
        ["é", "漢", "😀", "x"].flatMap((unit) => [unit.repeat(4000), unit.repeat(10_000)]),
        ["a", "ab", "abc"].map((lead) => fill({ n: 10_000, measure: "codePoints", lead, units: ["😀"] })),
        fill({ n: 10_000, measure: "codePoints", units: ["é", "漢", "😀", "x", "ж"] }),
        `x${" ".repeat(1200)}x`,
        "line\n".repeat(1000),
        '\\"'.repeat(2500),
        "\u0001".repeat(2000)
      )
      .filter(isLong)
  )
]

export const longArbitrary: fc.Arbitrary<string> = fc
  .record({
    n: fc.oneof(oneOfNumbers(around(longLimits, 1001, 10_000)), fc.integer({ min: 1001, max: 10_000 })),
    measure: fc.constantFrom<Measure>("units", "codePoints", "bytes"),
    units: fc.oneof(
      fc.constantFrom(...unitSets),
      fc.array(within([0x20, 0x7e], [0xa0, 0xd7ff], [0x10000, 0x2ffff]), {
        minLength: 1,
        maxLength: 9
      })
    ),
    lead: fc.constantFrom("", "a", "ab", "abc")
  })
  .map((options) => {
    const content = fill(options)
    // A limit in bytes or units may leave fewer code points than the class promises.
    return isLong(content) ? content : fill({ ...options, measure: "codePoints" })
  })

/** Texts of 10,001 to 70,000 code points: a server may refuse them, and must not fall over. */
export const huge: ReadonlyArray<string> = [
  fill({ n: 10_001, measure: "units" }),
  fill({ n: 16_384, measure: "units", units: ["é", "x"] }),
  fill({ n: 20_000, measure: "codePoints", units: ["😀"] }),
  fill({ n: 32_768, measure: "units" }),
  fill({ n: 65_535, measure: "units" }),
  fill({ n: 65_536, measure: "units" }),
  fill({ n: 70_000, measure: "codePoints", units: ["漢"] })
]

export const hugeArbitrary: fc.Arbitrary<string> = fc
  .record({
    n: fc.oneof(
      oneOfNumbers(around([16_000, 16_384, 20_000, 32_768, 50_000, 65_536], 10_001, 70_000)),
      fc.integer({
        min: 10_001,
        max: 70_000
      })
    ),
    units: fc.constantFrom(...unitSets)
  })
  .map(({ n, units }) => fill({ n, measure: "codePoints", units }))

/** Texts as long as common buffers, in characters and in bytes, and those with which a plain body is. */
export const buffers: ReadonlyArray<string> = [1024, 2048, 4096, 8192].flatMap((n) => [
  fill({ n, measure: "units", lead: "L", trail: "." }),
  fill({ n, measure: "bytes", lead: "L", units: ["é", "漢", "😀", "x"], trail: "." }),
  fill({ n: n - '{"content":""}'.length, measure: "units", lead: "L", trail: "." })
])

/** Members of a class among prose, so many code points of it, with the first members at either end. */
export const mixture = (members: ReadonlyArray<string>, n: number): string => {
  const short = members.filter((member) => codePoints(member) <= 200)
  const round = short.flatMap((member, index) => [member, ` ${prose.split(" ")[index % 13] ?? "x"} `]).join("")
  const ends = [short[0] ?? "x", short[1] ?? short[0] ?? "x"] as const
  const room = n - codePoints(ends.join(""))
  const middle = [...(round === "" ? prose : round).repeat(Math.ceil(room / Math.max(1, codePoints(round))))]
  return ends[0] + middle.slice(0, room).join("") + ends[1]
}

/** Members of several classes in turn, to some length. */
export const mixedArbitrary = (classes: ReadonlyArray<fc.Arbitrary<string>>): fc.Arbitrary<string> =>
  fc
    .record({
      members: fc.array(fc.oneof(...classes), { minLength: 2, maxLength: 8 }),
      n: fc.oneof(fc.integer({ min: 200, max: 1_000 }), fc.integer({ min: 1_001, max: 10_000 }))
    })
    .map(({ members, n }) => {
      const round = [...members.join(" ")]
      return Array.from({ length: n }, (_, index) => round[index % round.length]).join("")
    })

/** Cases of several messages, one after another: replies, repetitions, near-duplicates. */
import * as Content from "../generate/Content.js"
import * as Case from "../model/Case.js"
import { quoting, unfaithfulEverywhere, wholeLookalikes } from "./contents.js"
import { type Job, job, type Options, second, thinned } from "./job.js"
import { type Supply, wholeCorpusFrom } from "./supply.js"

const numbered = (kind: string, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => `${kind}:${index}`)

const selectors = (options: Options): ReadonlyArray<string> => [
  ...(options.inbound ? ["inbound", "inbound", "inbound"] : []),
  "latest",
  "oldest",
  "again",
  "again",
  ...numbered("length", 6),
  ...numbered("first", options.runs < wholeCorpusFrom ? 6 : 36),
  ...numbered("last", options.runs < wholeCorpusFrom ? 2 : 12),
  "nth:10",
  "nth:100",
  "nth:333"
]

export const replies = (options: Options, supply: Supply): ReadonlyArray<Job> => [
  ...selectors(options).map((reply, index) => {
    const steps = [Case.step(supply.next(), { reply })]
    // Every other time, a send that is no reply follows: nothing of the reply may stay.
    return job(Case.sequence("replies", index % 2 === 0 ? [...steps, Case.step(supply.next())] : steps), index > 20)
  }),
  ...quoting.map((content) => job(Case.sequence("replies", [Case.step(content, { reply: "latest" })]))),
  job(Case.sequence("replies", [Case.step("Re", { reply: "oldest" }), Case.step("Re: re", { reply: "latest" })])),
  job(Case.sequence("replies", [Case.step("One", { reply: "oldest" }), Case.step("One", { reply: "oldest" })])),
  ...["latest", "oldest", "again", "first:1"].map((reply) =>
    job(Case.sequence("replies", [Case.step("On the other thread", { reply, thread: second(options) })]))
  )
]

/** Replies that show, when later ones go wrong, that the first ones did not. */
export const openingReplies = (): ReadonlyArray<Job> =>
  ["Yes", "No", "Perhaps", "Why?"].map((content) =>
    job(Case.sequence("replies", [Case.step(content, { reply: "latest" })]))
  )

export const lateReplies = (options: Options, supply: Supply): ReadonlyArray<Job> =>
  ["latest", "oldest", "again", "nth:500", "nth:1000", ...(options.inbound ? ["inbound"] : [])].flatMap((reply) => [
    job(Case.sequence("replies", [Case.step("Late reply", { reply }), Case.step("Late, and not a reply")])),
    job(Case.sequence("replies", [Case.step(supply.next(), { reply })]))
  ])

export const lateSends = (supply: Supply): ReadonlyArray<Job> => [
  ...Array.from({ length: 10 }, () => job(Case.sequence("contents", [Case.step(supply.next())]))),
  ...thinned(Content.unfaithful, unfaithfulEverywhere).map((content) =>
    job(Case.sequence("NUL and lone surrogates", [Case.step(content)]))
  ),
  ...[...wholeLookalikes, "The last but one", "The last"].map((content) =>
    job(Case.sequence("plain", [Case.step(content)]))
  ),
  job(Case.sequence("same again", [Case.step("Still there?"), Case.step("Still there?")]))
]

export const prefix = (length: number): string => "The same beginning, word for word, ".repeat(30).slice(0, length)

/** Contents that differ so little that a careless comparison takes one for the other. */
const nearlySame: ReadonlyArray<readonly [string, string]> = [
  ["Hello there", "hello there"],
  ["caf\u00e9", "cafe\u0301"],
  ["\u212b", "\u00c5"],
  ["ﬁne", "fine"],
  ["ends", "ends "],
  ["begins", " begins"],
  ["one two", "one  two"],
  ["line\nbreak", "line\r\nbreak"],
  ["007", "7"],
  ["1.0", "1"],
  ["true", "True"],
  ["Tom & Jerry", "Tom &amp; Jerry"],
  ["a\u200bb", "ab"],
  ["\u{1f44d}", "\u{1f44d}\u{1f3fd}"],
  ["\u2764", "\u2764\ufe0f"],
  ["question", "question?"],
  ["Straße", "Strasse"],
  ["ab", "ba"],
  ...[8, 16, 32, 50, 64, 100, 128, 255, 256, 500].map(
    (length) => [`${prefix(length)}A`, `${prefix(length)}B`] as const
  ),
  [`A${prefix(200)}`, `B${prefix(200)}`]
]

export const siblings = (options: Options): ReadonlyArray<Job> => [
  ...nearlySame.map(([one, other], index) =>
    job(Case.sequence("nearly the same", [Case.step(one), Case.step(other)]), index > 8)
  ),
  ...["ok", "\u{1f44d}", " ", prefix(300), "The same again"].map((content) =>
    job(Case.sequence("same again", [Case.step(content), Case.step(content), Case.step("Between"), Case.step(content)]))
  ),
  job(
    Case.sequence("same again", [
      Case.step("On both threads"),
      Case.step("On both threads", { thread: second(options) }),
      Case.step("On both threads"),
      Case.step("On both threads", { thread: second(options) })
    ])
  ),
  job(
    Case.sequence("same again", [
      Case.step("Reply or not"),
      Case.step("Reply or not", { reply: "latest" }),
      Case.step("Reply or not")
    ])
  )
]

/** Milliseconds of a pause: longer than connections are kept by those who keep them shortest; and more than a second. */
const [shortPause, longPause] = [550, 1_400]

/** Requests after a pause: what a server keeps for a while only is gone by then, and its clock has gone on. */
export const rests = (supply: Supply): ReadonlyArray<Job> =>
  (
    [
      [longPause, null, null],
      [shortPause, null, "latest"],
      [shortPause, "latest", null]
    ] as const
  ).map(([pause, first, last]) =>
    job(
      Case.sequence(
        "after a pause",
        [Case.step(supply.next(), { reply: first }), Case.step(supply.next(), { reply: last })],
        { fresh: true, pause }
      ),
      true
    )
  )

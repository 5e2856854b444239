import { type Outcome, type SelfTest, scoreLine } from "../../kit/SelfTest.js"
import { command as called } from "../../text/command.js"
import { count, numbers, seconds } from "../../text/words.js"
import { finished, labelled, makePage, type Options, type Page } from "./page.js"

/** Lays out the score, and everything that is wrong with a line to reproduce it. */
export const render = (self: SelfTest, options: Options): string => {
  const page = makePage(options)
  const isGood = ({ outcome }: Outcome) => outcome === "killed" || outcome === "passed"
  const wrong = self.outcomes.filter((each) => !isGood(each))
  const requests = self.outcomes.reduce((sum, each) => sum + each.requests, 0)
  const color = wrong.length > 0 ? page.paint.red : self.complete ? page.paint.green : page.paint.magenta
  return finished(page, [
    ...(page.verbose ? [...self.outcomes.filter(isGood).map((each) => line(each, page)), ""] : []),
    ...wrong.flatMap((each) => [
      page.paint.red(`✖ ${each.outcome === "survived" ? "survivor" : "false alarm"}: ${each.id}`),
      ...labelled("server", each.title, page, 2),
      ...labelled("problem", each.problem ?? "", page, 2),
      ...labelled("again", `${called} self-test --only ${each.id} --seed ${self.seed}${budget(self)}`, page, 2),
      ""
    ]),
    page.paint.dim(`${count(requests, "request")}; seed ${self.seed}, budget ${self.budget}`),
    page.paint.bold(color(`${scoreLine(self)}${self.complete ? "" : ", interrupted before the end"}`))
  ])
}

const budget = (self: SelfTest): string => (self.budget === "default" ? "" : ` --budget ${self.budget}`)

const line = ({ durationMs, id, outcome, requests, requirement }: Outcome, { paint }: Page): string =>
  `${paint.green("✔")} ${outcome} ${id}${requirement === null ? "" : `, which breaks ${requirement}`} ${paint.dim(
    `(${numbers.format(requests)} requests, ${seconds(durationMs)})`
  )}`

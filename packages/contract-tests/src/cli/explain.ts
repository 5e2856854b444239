import { nearest } from "@inbox-effect/client/CommandLine"
import { broken } from "@inbox-effect/zoo/broken"
import * as Effect from "effect/Effect"
import * as Requirement from "../contract/Requirement.js"
import * as Catalogue from "../formats/Terminal.js"
import * as Terminal from "../formats/terminal/explanation.js"
import * as Explain from "../kit/Explain.js"
import { command as called } from "../text/command.js"
import type { ExitCode } from "./exitCode.js"
import type * as Flags from "./flags.js"
import type { Host } from "./host.js"
import { known } from "./read.js"
import { type Wrong, wrong } from "./wrong.js"

/** The command `explain`. */
export const explain = (
  { operand, switches }: Flags.Values<Flags.Commands["explain"]>,
  host: Host
): Effect.Effect<ExitCode, Wrong> => {
  const found = Requirement.all.filter(({ id }) => operand === undefined || Requirement.matches(operand, id))
  const [first, second] = found
  if (first === undefined) return unknown(operand ?? "")
  return Effect.as(
    host.out(
      second === undefined
        ? Terminal.render(Explain.explain(first, broken), { ...host.page, verbose: switches.verbose })
        : `${Catalogue.renderCatalogue({ ...host.page, verbose: switches.verbose, requirements: found })}\n${called} explain ${first.id} tells more of one\n`
    ),
    0
  )
}

const unknown = (text: string): Wrong => {
  const meant = nearest(text, known)
  return wrong(
    `there is no requirement ${JSON.stringify(text)}; ${
      meant === undefined ? `${called} list shows them` : `did you mean ${meant}?`
    }`
  )
}

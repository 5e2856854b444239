import * as Options from "@effect/cli/Options"
import * as Record from "effect/Record"
import * as Flags from "./flags.js"

const text = ({ description, value }: Flags.Flag, name: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description))

/** The flags of `run`, for the command line library. */
export const run = Options.all({
  single: Options.all(Record.map(Flags.single, (flag, name) => Options.optional(text(flag, name)))),
  several: Options.all(Record.map(Flags.several, (flag, name) => Options.repeated(text(flag, name)))),
  switches: Options.all(
    Record.map(Flags.switches, (description, name) => Options.boolean(name).pipe(Options.withDescription(description)))
  )
})

export const verbose = Options.boolean("verbose").pipe(
  Options.withDescription("Show what each requirement rests on, and what a client suffers where it does not hold")
)

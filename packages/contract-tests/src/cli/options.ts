import * as Args from "@effect/cli/Args"
import * as Options from "@effect/cli/Options"
import * as Option from "effect/Option"
import * as Record from "effect/Record"
import type * as Flags from "./flags.js"

const text = ({ description, value }: Flags.Flag, name: string) =>
  Options.text(name).pipe(Options.withPseudoName(value), Options.withDescription(description))

/** All of a record of options, which may be empty. */
const all = <A>(options: Readonly<Record<string, Options.Options<A>>>): Options.Options<Readonly<Record<string, A>>> =>
  Record.isEmptyReadonlyRecord(options) ? Options.map(Options.none, () => ({})) : Options.all(options)

/** The flags and the operand of a command, for the command line library. */
export const config = ({ operand, several, single, switches }: Flags.Command) => ({
  single: all(
    Record.map(single, (flag, name) => Options.map(Options.optional(text(flag, name)), Option.getOrUndefined))
  ),
  several: all(Record.map(several, (flag, name) => Options.repeated(text(flag, name)))),
  switches: all(
    Record.map(switches, (description, name) => Options.boolean(name).pipe(Options.withDescription(description)))
  ),
  operand:
    operand === undefined
      ? Args.none.pipe(Args.map(() => undefined))
      : Args.text({ name: operand.value }).pipe(
          Args.withDescription(operand.description),
          Args.optional,
          Args.map(Option.getOrUndefined)
        )
})

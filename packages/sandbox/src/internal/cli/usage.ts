import * as Identifier from "@inbox-effect/client/Identifier"
import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { isOrigin } from "../http/origin.js"
import { isPrintable } from "../http/printable.js"
import * as DatabaseName from "../storage/databaseName.js"
import { nearestTo } from "./nearest.js"
import * as Team from "./teamFlag.js"

interface Flag {
  readonly example: string
  readonly fault?: (value: string) => string | undefined
}

const isPort = (value: string): boolean => /^\d{1,5}$/.test(value) && Number(value) <= 65_535

/** The flags that take a value. What a token holds is never repeated. */
const valued: Readonly<Record<string, Flag>> = {
  "--port": {
    example: "8787",
    fault: (value) =>
      isPort(value) ? undefined : `--port takes a whole number from 0 to 65535, not ${JSON.stringify(value)}`
  },
  "--host": { example: "127.0.0.1" },
  "--database": {
    example: "inbox.db",
    fault: (value) =>
      /^[a-z][a-z+]*:\/\//i.test(value) && !DatabaseName.isShared(value)
        ? "--database takes the path of a file, or a URL as in --database postgres://user@127.0.0.1/inbox"
        : undefined
  },
  "--token": {
    example: "secret",
    fault: (value) => (isPrintable(value) ? undefined : "--token takes printable ASCII without spaces")
  },
  "--thread": {
    example: "thread1",
    fault: (value) =>
      Identifier.pattern.test(value)
        ? undefined
        : `--thread takes digits and lower-case letters, not ${JSON.stringify(value)}`
  },
  "--team": {
    example: Team.example,
    fault: (value) => Either.match(Team.parse(value), { onLeft: (sentence) => sentence, onRight: () => undefined })
  },
  "--cors": {
    example: "http://localhost:5173",
    fault: (value) =>
      isOrigin(value) ? undefined : "--cors takes a scheme and a host, as in --cors http://localhost:5173"
  },
  "--completions": { example: "bash" },
  "--log-level": { example: "info" }
}

const bare = [
  "--help",
  "-h",
  "--version",
  "--wizard",
  "--outbound-addon",
  "--revoke-others",
  "--rate-limits",
  "--inspector"
]

const repeatable = ["--thread", "--team", "--cors"]

const unknown = (flag: string): string => {
  const nearest = nearestTo(flag, [...Object.keys(valued), ...bare])
  return nearest === undefined ? `There is no flag ${flag}` : `There is no flag ${flag}: did you mean ${nearest}?`
}

const split = (argument: string): readonly [flag: string, value: string | undefined] => {
  const equals = argument.indexOf("=")
  return equals === -1 ? [argument, undefined] : [argument.slice(0, equals), argument.slice(equals + 1)]
}

/**
 * The first thing wrong with the arguments, as a sentence that names the flag and the fix. The command line library
 * reports a missing value as an unknown argument, and a bad number without its flag.
 */
export const findFault = (args: ReadonlyArray<string>): Option.Option<string> => {
  const seen = new Set<string>()
  const rest = [...args]
  while (Arr.isNonEmptyArray(rest)) {
    const [flag, inline] = split(rest.shift() ?? "")
    if (bare.includes(flag)) continue
    const known = valued[flag]
    if (known === undefined) {
      return Option.some(flag.startsWith("-") ? unknown(flag) : `There is nothing to do with ${JSON.stringify(flag)}`)
    }
    const value = inline ?? rest.shift()
    if (value === undefined || value === "" || (inline === undefined && value.startsWith("--"))) {
      return Option.some(`${flag} needs a value, as in ${flag} ${known.example}`)
    }
    if (seen.has(flag) && !repeatable.includes(flag)) {
      return Option.some(`${flag} is given twice: give it once`)
    }
    seen.add(flag)
    const fault = known.fault?.(value)
    if (fault !== undefined) return Option.some(fault)
  }
  return Option.none()
}

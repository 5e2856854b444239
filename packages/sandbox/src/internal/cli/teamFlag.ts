import * as Identifier from "@inbox-effect/client/Identifier"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { TeamOptions } from "../../Sandbox.js"
import { isPrintable } from "../http/printable.js"

/** An example of a team on the command line. */
export const example = "token=secret,thread=thread1,outbound-addon"

const split = (part: string): readonly [key: string, value: string] => {
  const equals = part.indexOf("=")
  return equals === -1 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)]
}

/** Reads a team: a token, threads and whether it has the add-on. */
export const parse = (text: string): Option.Option<TeamOptions> => {
  let token: string | undefined
  const threads: Array<string> = []
  let outboundAddon = false
  for (const [key, value] of text.split(",").map(split)) {
    if (key === "token" && token === undefined && isPrintable(value)) token = value
    else if (key === "thread" && Identifier.pattern.test(value)) threads.push(value)
    else if (key === "outbound-addon" && value === "") outboundAddon = true
    else return Option.none()
  }
  return token === undefined ? Option.none() : Option.some({ token: Redacted.make(token), threads, outboundAddon })
}

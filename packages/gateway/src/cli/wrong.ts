/**
 * Sentences about a call that cannot be followed.
 */
import type * as ConfigError from "effect/ConfigError"

/** Options that every command has. */
const everywhere = ["help", "version", "wizard", "completions", "log-level"]

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** Tells a word that is another one with a letter missing, added, exchanged, or two of them turned round. */
const isNear = (word: string, other: string): boolean => {
  const [short, long] = word.length <= other.length ? [word, other] : [other, word]
  if (long.length - short.length > 1) return false
  let same = 0
  while (same < short.length && short[same] === long[same]) same++
  const rest = short.slice(same)
  return (
    rest === long.slice(same + 1) ||
    rest.slice(1) === long.slice(same + 1) ||
    (rest[0] === long[same + 1] && rest[1] === long[same] && rest.slice(2) === long.slice(same + 2))
  )
}

/** Says which option of a call is none, if one is, with the one that was meant. `argv` has Node and the script in front. */
export const unknownOption = (argv: ReadonlyArray<string>, flags: ReadonlyArray<string>): string | undefined => {
  const known = [...flags.map(kebab), ...everywhere]
  for (const word of argv.slice(2)) {
    const name = /^--([^=]+)/.exec(word)?.[1]
    if (name === undefined || known.includes(name)) continue
    const meant = known.find((each) => isNear(name, each))
    const hint = meant === undefined ? "--help lists the options" : `did you mean --${meant}?`
    return `There is no option --${name}: ${hint}`
  }
  return undefined
}

/** The flags that set options of the gateway. */
const flagOf: Readonly<Record<string, string>> = { baseUrl: "--upstream", deadline: "--deadline" }

/** Says what is wrong with an option, by the name of its flag. */
export const sentenceOf = (error: ConfigError.ConfigError): string => {
  if (error._op !== "InvalidData") return String(error)
  const [option = ""] = error.path
  return `${flagOf[option] ?? option}: ${error.message}`
}

/**
 * The sentences about options that the gateway does not take.
 */
import type * as ConfigError from "effect/ConfigError"

/** The flags that set options of the gateway. */
const flagOf: Readonly<Record<string, string>> = { baseUrl: "--upstream", deadline: "--deadline" }

/** Says what is wrong with an option, by the name of its flag. */
export const sentenceOf = (error: ConfigError.ConfigError): string => {
  if (error._op !== "InvalidData") return String(error)
  const [option = ""] = error.path
  return `${flagOf[option] ?? option}: ${error.message}`
}

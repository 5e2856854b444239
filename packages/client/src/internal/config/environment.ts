/**
 * Configuration from the environment. Errors name the variable and the fix.
 */
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as settings from "./settings.js"

/** Configs that take the place of variables. */
export interface Sources {
  readonly token?: Config.Config<Redacted.Redacted> | undefined
  readonly baseUrl?: Config.Config<string> | undefined
}

const withCheck =
  <A, B>(check: (value: A) => Either.Either<B, string>) =>
  (config: Config.Config<A>): Config.Config<B> =>
    Config.mapOrFail(config, (value) => Either.mapLeft(check(value), (problem) => ConfigError.InvalidData([], problem)))

// Checked before it is redacted or defaulted: only a plain variable lends its name to the error of its check.
const defaultToken = Config.string("INBOX_API_TOKEN").pipe(withCheck((text) => settings.token(Redacted.make(text))))

const defaultBaseUrl = Config.string("INBOX_API_BASE_URL").pipe(
  withCheck(settings.baseUrl),
  Config.withDefault(undefined)
)

const withFix = (error: ConfigError.ConfigError): ConfigError.ConfigError =>
  error._op === "MissingData"
    ? ConfigError.MissingData([...error.path], `${error.message}. Set it to the API token of your Inbox team`)
    : error

/** The token and the base URL. */
export const read = ({
  baseUrl,
  token
}: Sources): Effect.Effect<
  { readonly token: Redacted.Redacted; readonly baseUrl: string | undefined },
  ConfigError.ConfigError
> =>
  Config.all({
    token: token === undefined ? defaultToken : withCheck(settings.token)(token),
    baseUrl: baseUrl === undefined ? defaultBaseUrl : withCheck(settings.baseUrl)(baseUrl)
  }).pipe(Effect.mapError(withFix))

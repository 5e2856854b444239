/**
 * Credentials made of the token, as a shell makes them out of the variable that has it.
 *
 * @since 0.1.0
 */

/** A pipe that changes the token. */
const piped = (command: string): string => `$(printf %s "$INBOX_API_TOKEN" | ${command})`

const token = "$" + "{INBOX_API_TOKEN}"

/** Replacement of a changed character, unless the token has it there. */
const changed = "q"

/** The token with one character changed, where that is the usual one: another would tell what stood there. */
const changedAt = (at: number) => (given: string) =>
  given.charAt(at) === changed ? undefined : `Bearer ${piped(`sed 's/^\\(.\\{${at}\\}\\)./\\1${changed}/'`)}`

const base64 = (text: string): string => `$(printf %s "${text}" | base64 | tr -d '\\n')`

/**
 * The value of `Authorization` for edits of the token in which it no longer stands as a whole, by the id of the edit.
 * `undefined` where it would tell of the token.
 */
export const shellTokens: Readonly<Record<string, (token: string) => string | undefined>> = {
  "auth.wrong/reversed": () => `Bearer ${piped("rev")}`,
  "auth.near/cut-last": () => "Bearer $" + "{INBOX_API_TOKEN%?}",
  "auth.near/cut-first": () => "Bearer $" + "{INBOX_API_TOKEN#?}",
  "auth.near/first": () => `Bearer ${piped("cut -c1")}`,
  "auth.near/first-eight": () => `Bearer ${piped("cut -c1-8")}`,
  "auth.near/half": (given) => `Bearer ${piped(`cut -c1-${Math.floor(given.length / 2)}`)}`,
  "auth.near/second-half": (given) => `Bearer ${piped(`cut -c${Math.floor(given.length / 2) + 1}-`)}`,
  "auth.near/upper": () => `Bearer ${piped("tr a-z A-Z")}`,
  "auth.near/lower": () => `Bearer ${piped("tr A-Z a-z")}`,
  "auth.near/swapped": () => `Bearer ${piped("tr a-zA-Z A-Za-z")}`,
  "auth.near/last-changed": (given) => changedAt(given.length - 1)(given),
  "auth.near/first-changed": changedAt(0),
  "auth.near/middle-changed": (given) => changedAt(Math.floor(given.length / 2))(given),
  "auth.near/neighbours-swapped": (given) => {
    const at = /(.)(?!\1)./.exec(given)?.index ?? 0
    return `Bearer ${piped(`sed 's/^\\(.\\{${at}\\}\\)\\(.\\)\\(.\\)/\\1\\3\\2/'`)}`
  },
  "auth.equivalent/upper": () => `Bearer ${piped("tr a-z A-Z")}`,
  "auth.equivalent/lower": () => `Bearer ${piped("tr A-Z a-z")}`,
  "auth.equivalent/undashed": () => `Bearer ${piped("tr -d -")}`,
  "auth.scheme/basic-user": () => `Basic ${base64(`${token}:`)}`,
  "auth.scheme/basic-password": () => `Basic ${base64(`user:${token}`)}`
}

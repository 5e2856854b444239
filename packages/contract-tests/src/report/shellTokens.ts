/**
 * Credentials made of the token, as a shell makes them out of the variable that has it.
 *
 * @since 0.1.0
 */

/** A pipe that changes the token. */
const piped = (command: string): string => `$(printf %s "$INBOX_API_TOKEN" | ${command})`

/** The value of `Authorization` for edits of the token in which it no longer stands as a whole, by the id of the edit. */
export const shellTokens: Readonly<Record<string, (token: string) => string>> = {
  "auth.near/cut-last": () => "Bearer $" + "{INBOX_API_TOKEN%?}",
  "auth.near/cut-first": () => "Bearer $" + "{INBOX_API_TOKEN#?}",
  "auth.near/first": () => `Bearer ${piped("cut -c1")}`,
  "auth.near/first-eight": () => `Bearer ${piped("cut -c1-8")}`,
  "auth.near/half": (token) => `Bearer ${piped(`cut -c1-${Math.floor(token.length / 2)}`)}`,
  "auth.near/second-half": (token) => `Bearer ${piped(`cut -c${Math.floor(token.length / 2) + 1}-`)}`,
  "auth.near/upper": () => `Bearer ${piped("tr a-z A-Z")}`,
  "auth.near/lower": () => `Bearer ${piped("tr A-Z a-z")}`,
  "auth.near/swapped": () => `Bearer ${piped("tr a-zA-Z A-Za-z")}`
}

/** Edits of the credentials: none, wrong ones, and those of another scheme. */
import type * as Requirement from "../../contract/Requirement.js"
import { type Draft, type EditSpec, edit } from "./edit.js"
import { isEquivalent } from "./equivalent.js"

const auth = (
  requirement: Requirement.Id,
  name: string,
  title: string,
  authorization: (token: string) => string | undefined
): EditSpec =>
  edit(
    requirement,
    name,
    title,
    (draft, known) => {
      const changed = authorization(known.token)
      return changed === draft.authorization ? undefined : { ...draft, authorization: changed }
    },
    { expects: "unauthorised" }
  )

const wrong = (name: string, title: string, token: (right: string) => string): EditSpec =>
  auth("auth.wrong", name, title, (right) => `Bearer ${token(right)}`)

/** Another token; where the change leaves one that decodes to the same credential, it is none, and is not sent. */
const near = (name: string, title: string, token: (right: string) => string): EditSpec =>
  auth("auth.near", name, title, (right) => {
    const changed = token(right)
    return changed === "" || isEquivalent(right, changed) ? `Bearer ${right}` : `Bearer ${changed}`
  })

/** Another spelling of the same token. */
const equivalent = (name: string, title: string, token: (right: string) => string): EditSpec =>
  auth("auth.equivalent", name, title, (right) => {
    const changed = token(right)
    return isEquivalent(right, changed) ? `Bearer ${changed}` : `Bearer ${right}`
  })

const scheme = (name: string, title: string, authorization: (token: string) => string): EditSpec =>
  auth("auth.scheme", name, title, authorization)

const swapCase = (text: string): string =>
  text.replace(/[A-Za-z]/g, (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()))

const base64 = (text: string): string => Buffer.from(text).toString("base64")

/** Names under which services take a token that is not in `Authorization`. */
const tokenNames = ["access_token", "api_token", "api_key", "token"]

const unheaded = (name: string, where: string, change: (draft: Draft, token: string) => Draft): EditSpec =>
  edit(
    "auth.missing",
    name,
    `no Authorization, and the token ${where}`,
    (draft, known) => change({ ...draft, authorization: undefined }, known.token),
    { expects: "unauthorised" }
  )

/** The character that differs from another one and decodes to other bits, in its case or in its first bits. */
const changedAt = (token: string, at: number): string => {
  const changes = ["q", "x", "A", "7", "-"].map((character) => token.slice(0, at) + character + token.slice(at + 1))
  return changes.find((changed) => changed !== token && !isEquivalent(token, changed)) ?? token
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** The lowest of the bits that no byte is made of changed, where the last character has such bits. */
const withPadBits = (token: string): string => {
  const last = token.slice(-1).replace("+", "-").replace("/", "_")
  const at = alphabet.indexOf(last)
  return at === -1 ? token : token.slice(0, -1) + alphabet.charAt(at ^ 1)
}

/** The first character as a URI may spell it, where every character is allowed to be encoded. */
const percentEncoded = (token: string): string =>
  token.replace(/^[!-~]/, (first) => `%${first.charCodeAt(0).toString(16).toUpperCase()}`)

export const authentication: ReadonlyArray<EditSpec> = [
  auth("auth.missing", "absent", "no Authorization", () => undefined),
  edit(
    "auth.missing",
    "absent-reply",
    "no Authorization on a reply",
    (draft) => ({ ...draft, authorization: undefined }),
    { expects: "unauthorised", reply: "needed" }
  ),
  unheaded("in-query", "in the query of the path", (draft, token) => ({
    ...draft,
    query: `?${tokenNames.map((name) => `${name}=${encodeURIComponent(token)}`).join("&")}`
  })),
  unheaded("in-headers", "in other headers", (draft, token) => ({
    ...draft,
    headers: [
      ...draft.headers,
      ...["X-API-Key", "X-Auth-Token", "Proxy-Authorization"].map((name) => [name, token] as const),
      ["Cookie", tokenNames.map((name) => `${name}=${token}`).join("; ")]
    ]
  })),
  wrong("random", "another token", () => "3f9c2b7a1d8e4056b9a7c6d5e4f30812"),
  wrong("same-length", "another token of the same length", (token) => "x".repeat(token.length)),
  wrong("reversed", "the token reversed", (token) => [...token].reverse().join("")),
  wrong("null", "the token null", () => "null"),
  wrong("undefined", "the token undefined", () => "undefined"),
  wrong("star", "the token *", () => "*"),
  wrong("true", "the token true", () => "true"),
  wrong("zero", "the token 0", () => "0"),
  wrong("test", "the token test", () => "test"),
  wrong("long", "another token, of 300 characters", () => "x".repeat(300)),
  wrong("sql", "a token with SQL in it", () => "'OR'1'='1"),
  near("cut-last", "the token without its last character", (token) => token.slice(0, -1)),
  near("cut-first", "the token without its first character", (token) => token.slice(1)),
  near("half", "the first half of the token", (token) => token.slice(0, token.length / 2)),
  near("second-half", "the second half of the token", (token) => token.slice(token.length / 2)),
  near("first", "the first character of the token", (token) => token.slice(0, 1)),
  near("first-eight", "the first eight characters of the token", (token) => token.slice(0, 8)),
  near("extended", "the token and one more character", (token) => `${token}x`),
  near("extended-digit", "the token and one more digit", (token) => `${token}0`),
  near("extended-far", "the token and many more characters", (token) => token + "x".repeat(40)),
  near("prefixed", "the token with a character before it", (token) => `x${token}`),
  near("twice", "the token twice", (token) => token + token),
  near("followed", "the token, a space and more", (token) => `${token} x`),
  near("listed", "the token, a comma and more", (token) => `${token},x`),
  near("quoted", "the token in quotes", (token) => `"${token}"`),
  near("padded", "the token with padding", (token) => `${token}=`),
  near("upper", "the token in upper case", (token) => token.toUpperCase()),
  near("lower", "the token in lower case", (token) => token.toLowerCase()),
  near("swapped", "the token in the other case", swapCase),
  near("first-letter-swapped", "the token with its first letter in the other case", (token) =>
    token.replace(/[A-Za-z]/, swapCase)
  ),
  near("last-letter-swapped", "the token with its last letter in the other case", (token) =>
    token.replace(/[A-Za-z](?=[^A-Za-z]*$)/, swapCase)
  ),
  near("last-changed", "the token with its last character changed", (token) => changedAt(token, token.length - 1)),
  near("first-changed", "the token with its first character changed", (token) => changedAt(token, 0)),
  near("neighbours-swapped", "the token with two neighbouring characters swapped", (token) =>
    token.replace(/(.)(?!\1)(.)/, "$2$1")
  ),
  near("middle-changed", "the token with a character changed in the middle", (token) =>
    changedAt(token, Math.floor(token.length / 2))
  ),
  near("dots-replaced", "the token with its dots replaced by a letter", (token) => token.replaceAll(".", "x")),
  equivalent("padding", "the token with padding of base64", (token) => `${token}=`),
  equivalent("padding-two", "the token with two characters of padding", (token) => `${token}==`),
  equivalent("pad-bits", "the token with its pad bits changed", withPadBits),
  equivalent("dangling", "the token with a character that completes no byte", (token) => `${token}A`),
  equivalent("upper", "the token in upper case", (token) => token.toUpperCase()),
  equivalent("lower", "the token in lower case", (token) => token.toLowerCase()),
  equivalent("percent", "the token with a percent-encoded character", percentEncoded),
  equivalent("undashed", "the token without its dashes", (token) => token.replaceAll("-", "")),
  scheme("basic", "the token under Basic", (token) => `Basic ${token}`),
  scheme("basic-user", "the token as the user of Basic", (token) => `Basic ${base64(`${token}:`)}`),
  scheme("basic-password", "the token as the password of Basic", (token) => `Basic ${base64(`user:${token}`)}`),
  scheme("token", "the token under Token", (token) => `Token ${token}`),
  scheme("api-key", "the token under ApiKey", (token) => `ApiKey ${token}`),
  scheme("digest", "the token under Digest", (token) => `Digest ${token}`),
  scheme("seven", "the token behind seven other characters", (token) => `abcdef ${token}`),
  scheme("seven-joined", "the token joined to seven other characters", (token) => `abcdefg${token}`),
  scheme("bearer-dash", 'the token behind "Bearer-"', (token) => `Bearer-${token}`),
  scheme("bearer-colon", 'the token behind "Bearer:"', (token) => `Bearer: ${token}`),
  scheme("bearer-equals", 'the token behind "Bearer="', (token) => `Bearer=${token}`),
  scheme("bearer-joined", "the token joined to Bearer", (token) => `Bearer${token}`),
  scheme("bearer-prefixed", "the token under XBearer", (token) => `XBearer ${token}`),
  scheme("bearer-extended", "the token under BearerX", (token) => `BearerX ${token}`),
  scheme("bearer-twice", "Bearer twice", (token) => `Bearer Bearer ${token}`),
  scheme("bare", "the bare token", (token) => token),
  scheme("empty-bearer", "Bearer without a token", () => "Bearer"),
  scheme("blank-bearer", "Bearer and a space", () => "Bearer "),
  scheme("empty", "an empty Authorization", () => "")
]

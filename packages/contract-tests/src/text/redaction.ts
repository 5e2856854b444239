/** Placeholder of the token: the variable that a reader puts it into. */
const placeholder = "$INBOX_API_TOKEN"

/** Placeholder of a credential that was made out of the token. */
const otherCredentials = "<other credentials>"

/** Shorter pieces of a credential tell nothing, and would be found in any text. */
const telling = 4

export interface Redaction {
  readonly text: (text: string) => string
  readonly bytes: (bytes: Uint8Array) => Uint8Array
}

/**
 * Takes a token out of texts and bytes, in each of the forms in which a server may repeat it. `others` are credentials
 * from which it could be guessed.
 */
export const make = (token: string, others: ReadonlyArray<string> = []): Redaction => {
  const secrets = [
    ...spellings(token).map((secret) => [secret, placeholder] as const),
    ...others
      .filter((other) => other.length >= telling && !other.includes(token))
      .flatMap((other) => spellings(other).map((secret) => [secret, otherCredentials] as const))
  ].sort(([left], [right]) => right.length - left.length)
  const text = (original: string): string =>
    secrets.reduce((changed, [secret, instead]) => changed.replaceAll(secret, () => instead), original)
  return {
    text,
    bytes: (bytes) => {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      // Tokens are ASCII, so that bytes can be searched as the characters of Latin-1.
      return secrets.some(([secret]) => buffer.includes(secret, "latin1"))
        ? Buffer.from(text(buffer.toString("latin1")), "latin1")
        : bytes
    }
  }
}

const spellings = (secret: string): ReadonlyArray<string> =>
  secret === ""
    ? []
    : [
        ...new Set([
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          Buffer.from(secret).toString("base64")
        ])
      ]

/** The credentials of an `Authorization` header, without the name of its scheme. */
export const credentials = (authorization: string): string => authorization.replace(/^\w+ +/, "")

/** An `Authorization` header of which nothing is left from which the token could be guessed. */
export const authorization = (value: string, token: string): string => {
  const { text } = make(token)
  const redacted = text(value)
  return redacted !== value || value.length === 0 || /^\w+ *$/.test(value) ? redacted : otherCredentials
}

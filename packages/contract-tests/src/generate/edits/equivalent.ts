/** Tokens that differ as texts and decode to one credential. */

const hexadecimal = /^[0-9a-f]+$/i

const uuid = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

const base64 = /^[\w+/-]+={0,2}$/

/** Parts between dots, as a JSON Web Token has them. */
const mostParts = 5

/**
 * Tells whether two texts may well be one token to a server that decodes it: parts in base64url that differ in padding, pad
 * bits or the other alphabet, UUIDs and hexadecimal digits in another case, and characters that are percent-encoded.
 */
export const isEquivalent = (token: string, other: string): boolean => {
  if (token === other) return false
  if (other.includes("%") && percentDecoded(other) === token) return true
  if (uuid.test(token) && uuid.test(other)) return undashed(token) === undashed(other)
  if (hexadecimal.test(token) && hexadecimal.test(other)) return token.toLowerCase() === other.toLowerCase()
  const [parts, others] = [token.split("."), other.split(".")]
  return (
    parts.length === others.length &&
    parts.length <= mostParts &&
    parts.every((part, index) => isSamePart(part, others[index] ?? "", parts.length > 1))
  )
}

const percentDecoded = (text: string): string =>
  text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)))

const undashed = (text: string): string => text.replaceAll("-", "").toLowerCase()

/** Compares two parts: an encoded one may be read by a decoder that drops a character which completes no byte. */
const isSamePart = (part: string, other: string, isEncoded: boolean): boolean => {
  if (part === other) return true
  if (!base64.test(part) || !base64.test(other)) return false
  const [bare, otherBare] = [part.replace(/={1,2}$/, ""), other.replace(/={1,2}$/, "")]
  if (bare === otherBare) return true
  const isWhole = (text: string): boolean => text.length % 4 !== 1
  return (isEncoded || (isWhole(bare) && isWhole(otherBare))) && decoded(part) === decoded(other)
}

const decoded = (text: string): string => Buffer.from(text, "base64").toString("latin1")

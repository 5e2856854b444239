/**
 * Contents of messages: edge classes chosen for how real servers break, each with curated
 * examples that a default run always sends and a generator that goes further.
 *
 * @since 0.1.0
 */
import type * as fc from "fast-check"
import * as characters from "./content/characters.js"
import * as lengths from "./content/lengths.js"
import * as lookalikes from "./content/lookalikes.js"
import type { ContentClass, Definition } from "./content/model.js"
import * as social from "./content/social.js"
import * as internalSweep from "./content/sweep.js"
import * as syntax from "./content/syntax.js"
import * as unicode from "./content/unicode.js"

export type { ContentClass } from "./content/model.js"

const definitions: ReadonlyArray<Definition> = [
  social.prose,
  characters.oneCharacter,
  characters.whitespace,
  characters.edgeSpace,
  characters.innerSpace,
  characters.lineEnd,
  characters.control,
  characters.asciiEdge,
  characters.invisible,
  characters.bidi,
  unicode.variationSelector,
  unicode.tag,
  unicode.canonicalForm,
  unicode.compatibleForm,
  unicode.combining,
  unicode.casing,
  unicode.emoji,
  unicode.emojiZwj,
  unicode.emojiModifier,
  unicode.emojiFlag,
  unicode.script,
  unicode.rightToLeft,
  unicode.foreignDigits,
  unicode.supplementary,
  unicode.nonCharacter,
  unicode.privateUse,
  unicode.anything,
  lookalikes.numberLike,
  lookalikes.literalLike,
  lookalikes.dateLike,
  lookalikes.jsonLike,
  lookalikes.structured,
  lookalikes.formula,
  lookalikes.encoded,
  lookalikes.mojibake,
  syntax.markup,
  syntax.entity,
  syntax.markdownLike,
  syntax.quote,
  syntax.backslash,
  syntax.percent,
  syntax.template,
  syntax.propertyName,
  syntax.injection,
  syntax.path,
  syntax.url,
  social.contact,
  social.mention,
  social.command,
  social.emoticon,
  social.typography,
  social.filteredWord,
  social.repetition,
  social.terminal,
  social.symbol,
  lengths.length,
  lengths.longWord
]

const unique = (all: ReadonlyArray<Definition>): ReadonlyArray<ContentClass> => {
  const seen = new Set<string>()
  return all.map(({ arbitrary, examples, id, title }) => ({
    id,
    title,
    arbitrary,
    examples: examples.filter((example) => !seen.has(example) && seen.add(example))
  }))
}

/**
 * All classes of valid content. No example appears twice over all of them, so each costs exactly one request.
 *
 * @since 0.1.0
 * @category classes
 */
export const classes: ReadonlyArray<ContentClass> = unique(definitions)

/**
 * The ids of the classes that a content belongs to, whoever made it: labels the input coverage of a run. Of a content of
 * more than 256 UTF-16 units, only the first 192 and the last 64 are looked at.
 *
 * @since 0.1.0
 * @category classes
 */
export const classify = (content: string): ReadonlyArray<string> => {
  const seen = content.length <= 256 ? content : content.slice(0, 192) + content.slice(-64)
  const known = classified.get(seen)
  if (known !== undefined) return known
  const ids = definitions.filter(({ matches }) => matches(seen)).map(({ id }) => id)
  if (classified.size >= mostClassified) classified.clear()
  classified.set(seen, ids)
  return ids
}

/** A run sends its plain contents again and again. */
const classified = new Map<string, ReadonlyArray<string>>()
const mostClassified = 1_000

/**
 * Contents of at most `size` code points (3 or more) that together hold every code point of the basic plane except NUL
 * and surrogates, and the assigned blocks of the other planes, large uniform ones as samples. Each begins and ends with
 * an ASCII letter; the same size gives the same contents.
 *
 * @since 0.1.0
 * @category sweeps
 */
export const sweep: (options: { readonly size: number }) => ReadonlyArray<string> = internalSweep.sweep

/**
 * Contents of 1,001 to 10,000 code points around likely limits in UTF-16 units, code points and bytes.
 *
 * @since 0.1.0
 * @category lengths
 */
export const long: ReadonlyArray<string> = lengths.long

/**
 * Generates contents of 1,001 to 10,000 code points.
 *
 * @since 0.1.0
 * @category lengths
 */
export const longArbitrary: fc.Arbitrary<string> = lengths.longArbitrary

/**
 * Contents of 1,001 to 10,000 code points, one for each class: prose in which members of the class stand at the
 * beginning, at the end, and everywhere between.
 *
 * @since 0.1.0
 * @category lengths
 */
export const mixed: ReadonlyArray<string> = classes.map(({ examples }, index) =>
  lengths.mixture(examples, 4_200 + ((index * 613) % 5_700))
)

/**
 * Generates contents of 200 to 10,000 code points out of members of several classes.
 *
 * @since 0.1.0
 * @category lengths
 */
export const mixedArbitrary: fc.Arbitrary<string> = lengths.mixedArbitrary(classes.map(({ arbitrary }) => arbitrary))

/**
 * Contents of 10,001 to 70,000 code points: a server may refuse them with a 4xx, and must not fall over.
 *
 * @since 0.1.0
 * @category lengths
 */
export const huge: ReadonlyArray<string> = lengths.huge

/**
 * Generates contents of 10,001 to 70,000 code points.
 *
 * @since 0.1.0
 * @category lengths
 */
export const hugeArbitrary: fc.Arbitrary<string> = lengths.hugeArbitrary

/**
 * Contents with NUL or lone surrogates, which not every store can keep: a server accepts or refuses them, the same way
 * every time.
 *
 * @since 0.1.0
 * @category unfaithful
 */
export const unfaithful: ReadonlyArray<string> = social.unfaithful

/**
 * Generates contents with NUL or lone surrogates.
 *
 * @since 0.1.0
 * @category unfaithful
 */
export const unfaithfulArbitrary: fc.Arbitrary<string> = social.unfaithfulArbitrary

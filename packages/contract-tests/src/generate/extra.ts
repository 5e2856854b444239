/** Keys beside the documented ones, which a server may ignore or refuse. */

import * as Option from "effect/Option"

/** A few extra keys. */
export interface Extra {
  readonly id: string
  readonly title: string
  readonly members: Readonly<Record<string, unknown>>
}

const extra = (id: string, title: string, members: Extra["members"]): Extra => ({ id, title, members })

/** All of them. */
export const all: ReadonlyArray<Extra> = [
  extra("string", "an extra key with a string", { source: "app" }),
  extra("null", "an extra key with null", { source: null }),
  extra("number", "an extra key with a number", { retries: 3 }),
  extra("false", "an extra key with false", { silent: false }),
  extra("array", "an extra key with an array", { tags: ["a", 1, null, [], {}] }),
  extra("object", "an extra key with an object", { metadata: { locale: "fr-FR", nested: { deep: [1.5, true] } } }),
  extra("several", "three extra keys", { source: "app", retries: 0, tags: [] }),
  extra("short", "extra keys of one letter", { a: 1, x: "y", Z: null }),
  extra("unicode", "extra keys that are not ASCII", { clé: "é", 鍵: "\u{1f511}" }),
  extra("long", "an extra key of 2,000 characters", { note: "A note to ourselves. ".repeat(96).slice(0, 2_000) }),
  extra(
    "many",
    "forty extra keys",
    Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`field${index}`, index % 3 === 0 ? "x" : index]))
  )
]

const index: ReadonlyMap<string, Extra> = new Map(all.map((each) => [each.id, each]))

/** The extra keys of an id, which may be of another version. */
export const byId = (id: string): Option.Option<Extra> => Option.fromNullable(index.get(id))

import type * as Answer from "@inbox-effect/server/Answer"

/** A field of the form for a fault. Its name is the key of the fault that it sets. */
export type Field =
  | { readonly kind: "choice"; readonly name: string; readonly label: string; readonly options: Options }
  | {
      readonly kind: "number"
      readonly name: string
      readonly label: string
      readonly value: number
      readonly min: number
      readonly max: number
      readonly suggestions?: ReadonlyArray<number>
    }
  | { readonly kind: "flag"; readonly name: string; readonly label: string }
  | {
      readonly kind: "text"
      readonly name: string
      readonly label: string
      readonly value: string
      readonly pattern: string
      readonly hint: string
    }
  | { readonly kind: "day"; readonly name: string; readonly label: string; readonly value: string }
  | {
      readonly kind: "keys"
      readonly name: string
      readonly label: string
      readonly options: ReadonlyArray<string>
      readonly checked: ReadonlyArray<string>
    }

type Options = ReadonlyArray<readonly [value: string, label: string]>

/**
 * Words for a fault whose encoded form has these values: its name, what it did to a request, and its spelling. `{key}`
 * stands for a value, `{key:plus}` for several joined by a plus, `{key:day}` and `{key:instant}` for a date.
 */
export interface Phrase {
  readonly where?: Readonly<Record<string, unknown>>
  readonly name: string
  readonly deed: string
  readonly spelling: string
}

/** The description of a kind of fault, for the page. */
export interface Description {
  readonly title: string
  readonly about: string
  readonly fields: ReadonlyArray<Field>
  /** The first that fits counts; the last fits always. */
  readonly phrases: ReadonlyArray<Phrase>
  /** Faults of the kind that are offered where somebody sends. */
  readonly common: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** The way in which the delivery of an answer goes wrong. */
export type Breakage = "reset" | "stall-head" | "stall-body" | "truncate"

/** The effects of a fault on a request. An effect that is left out does not occur. */
export interface Effects<F> {
  /** Ends the connection before anything is stored. */
  readonly resetsFirst?: (fault: F) => boolean
  /** Answers with an error without a look at the request. */
  readonly refuses?: (fault: F) => boolean
  /** Milliseconds that the answer is held back. */
  readonly latency?: (fault: F) => number
  /** Changes the answer of a request that came at `now`, in milliseconds since the Unix epoch. */
  readonly change?: (fault: F, answer: Answer.Answer, now: number) => Answer.Answer
  readonly breakage?: (fault: F) => Breakage | undefined
}

/** Everything about a kind of fault. */
export interface Kind<F> extends Effects<F> {
  /** The name by which the header asks for it. */
  readonly spelled: string
  /** The rest of the sentence "The fault ... takes". */
  readonly takes: string
  /** Reads what stands behind the equals sign, and behind the semicolon. */
  readonly read: (value: string | undefined, flag: string | undefined) => F | undefined
  readonly description: Description
}

/** Reads a fault that takes nothing. */
export const bare =
  <F>(fault: F): Kind<F>["read"] =>
  (value, flag) =>
    value === undefined && flag === undefined ? fault : undefined

/** Reads a fault that takes nothing behind a semicolon. */
export const flagless =
  <F>(read: (value: string | undefined) => F | undefined): Kind<F>["read"] =>
  (value, flag) =>
    flag === undefined ? read(value) : undefined

/** Makes something of a value that is there. */
export const map = <A, B>(value: A | undefined, make: (value: A) => B): B | undefined =>
  value === undefined ? undefined : make(value)

/** Reads a whole number of at most six digits. */
export const digits = (text: string, minimum: number, maximum: number): number | undefined =>
  /^\d{1,6}$/.test(text) && Number(text) >= minimum && Number(text) <= maximum ? Number(text) : undefined

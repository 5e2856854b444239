/**
 * The globals of the web that every runtime has, with the little of their types that is used here: the package compiles
 * without the types of any one platform.
 */
interface Url {
  readonly protocol: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly username: string
  readonly password: string
  readonly search: string
  readonly hash: string
  readonly origin: string
}

/** A `Response`, as far as it is used. */
export interface FetchResponse {
  readonly status: number
  readonly headers: Iterable<readonly [name: string, value: string]>
  readonly body: { readonly getReader: () => Reader } | null
}

interface Reader {
  readonly read: () => Promise<
    { readonly done: false; readonly value: Uint8Array } | { readonly done: true; readonly value?: unknown }
  >
  readonly cancel: () => Promise<unknown>
}

/** An `AbortController`, as far as it is used. */
export interface AbortController {
  readonly signal: object
  readonly abort: () => void
}

interface Globals {
  readonly setTimeout: (task: () => void, millis: number) => unknown
  readonly clearTimeout: (timer: unknown) => void
  readonly AbortController: new () => AbortController
  readonly URL: new (url: string) => Url
  readonly TextEncoder: new () => { readonly encode: (text: string) => Uint8Array }
  readonly crypto: { readonly getRandomValues: (bytes: Uint8Array) => Uint8Array }
  readonly TextDecoder: new (
    encoding: "utf-8",
    options?: { readonly fatal?: boolean }
  ) => { readonly decode: (bytes: Uint8Array) => string }
}

const web = globalThis as unknown as Globals

const encoder = new web.TextEncoder()
const strict = new web.TextDecoder("utf-8", { fatal: true })
const lenient = new web.TextDecoder("utf-8")

/** Breaks off what was given its signal. */
export const AbortController: Globals["AbortController"] = web.AbortController

/** Runs a task after some milliseconds; the result cancels it. */
export const after = (millis: number, task: () => void): (() => void) => {
  const timer = web.setTimeout(task, millis)
  return () => web.clearTimeout(timer)
}

/** 128 random bits, as hexadecimal digits. */
export const randomHex = (): string =>
  Array.from(web.crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")

/** Parses an absolute URL; throws where it is none. */
export const parseUrl = (text: string): Url => new web.URL(text)

/** UTF-8 of a text. */
export const encodeUtf8 = (text: string): Uint8Array => encoder.encode(text)

/** The text of UTF-8 bytes; throws where they are not UTF-8. */
export const decodeUtf8 = (bytes: Uint8Array): string => strict.decode(bytes)

/** The text of bytes, with U+FFFD for what is not UTF-8. */
export const decodeUtf8Lenient = (bytes: Uint8Array): string => lenient.decode(bytes)

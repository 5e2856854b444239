/** The ways of spelling one request in HTTP that every server has to treat alike. */
import * as Option from "effect/Option"
import type { Framing } from "../model/Exchange.js"

/** One spelling. What a member leaves out is as in {@link plain}. */
export interface HttpForm {
  readonly id: string
  readonly title: string
  readonly contentType: string
  readonly accept: string | undefined
  readonly nameCase: "title" | "lower" | "upper"
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly framing: (body: Uint8Array) => Framing
}

const byLength = (): Framing => ({ kind: "length" })

/** The offsets that fall inside a character of more than one byte, or inside a token where there is none. */
const insideCharacters = (body: Uint8Array): ReadonlyArray<number> => {
  const inside: Array<number> = []
  for (let offset = 1; offset < body.byteLength; offset++) {
    if (((body[offset] ?? 0) & 0xc0) === 0x80) inside.push(offset)
  }
  return inside.length === 0 ? insideTokens(body) : spread(inside, 12)
}

const insideTokens = (body: Uint8Array): ReadonlyArray<number> =>
  spread(
    Array.from({ length: Math.max(0, body.byteLength - 1) }, (_, index) => index + 1),
    8
  )

const everyByte = (body: Uint8Array): ReadonlyArray<number> =>
  Array.from({ length: Math.min(2_000, Math.max(0, body.byteLength - 1)) }, (_, index) => index + 1)

/** At most `count` of the items, evenly apart. */
const spread = <A>(items: ReadonlyArray<A>, count: number): ReadonlyArray<A> =>
  items.length <= count ? items : items.filter((_, index) => index % Math.ceil(items.length / count) === 0)

/** The form that is compared with: what most clients send. */
export const plain: HttpForm = {
  id: "plain",
  title: "as most clients send it",
  contentType: "application/json",
  accept: "application/json",
  nameCase: "title",
  headers: [],
  framing: byLength
}

const form = (id: string, title: string, options: Partial<HttpForm>): HttpForm => ({ ...plain, id, title, ...options })

/** Every other form. */
export const all: ReadonlyArray<HttpForm> = [
  form("charset", "charset=utf-8", { contentType: "application/json; charset=utf-8" }),
  form("charset-upper", "charset=UTF-8", { contentType: "application/json; charset=UTF-8" }),
  form("charset-quoted", "a quoted charset", { contentType: 'application/json; charset="utf-8"' }),
  form("charset-quoted-upper", "a quoted charset in upper case", { contentType: 'application/json;charset="UTF-8"' }),
  form("charset-name-case", "the parameter's name in upper case", { contentType: "application/json; Charset=utf-8" }),
  form("charset-tight", "no space before the charset", { contentType: "application/json;charset=utf-8" }),
  form("charset-wide", "spaces around the semicolon", { contentType: "application/json ; charset=utf-8" }),
  form("media-type-case", "the media type in mixed case", { contentType: "Application/JSON" }),
  form("media-type-upper", "the media type in upper case", { contentType: "APPLICATION/JSON; CHARSET=UTF-8" }),
  form("names-lower", "header names in lower case", { nameCase: "lower" }),
  form("names-upper", "header names in upper case", { nameCase: "upper" }),
  form("accept-absent", "no Accept", { accept: undefined }),
  form("accept-any", "Accept: */*", { accept: "*/*" }),
  form("accept-range", "Accept: application/*", { accept: "application/*" }),
  form("accept-list", "a list in Accept", {
    accept: "text/html, application/xhtml+xml, application/json;q=0.9, */*;q=0.8"
  }),
  form("accept-html", "Accept: text/html", { accept: "text/html" }),
  form("accept-image", "Accept: image/png", { accept: "image/png" }),
  form("accept-case", "Accept in upper case", { accept: "APPLICATION/JSON" }),
  form("accept-parameters", "parameters in Accept", { accept: "application/json; charset=utf-8, text/plain; q=0.5" }),
  form("chunked", "chunked in one chunk", { framing: () => ({ kind: "chunked", cuts: [] }) }),
  form("chunked-tokens", "chunks cut inside tokens", {
    framing: (body) => ({ kind: "chunked", cuts: insideTokens(body) })
  }),
  form("chunked-characters", "chunks cut inside characters", {
    framing: (body) => ({ kind: "chunked", cuts: insideCharacters(body) })
  }),
  form("chunked-bytes", "a chunk for every byte", { framing: (body) => ({ kind: "chunked", cuts: everyByte(body) }) }),
  form("chunked-extension", "chunks with an extension", {
    framing: (body) => ({ kind: "chunked", cuts: insideTokens(body), extension: ";part=1" })
  }),
  form("chunked-extension-value", "a chunk whose extension has a quoted value", {
    framing: () => ({ kind: "chunked", cuts: [], extension: ';note="a b"' })
  }),
  form("chunked-trailers", "chunks with trailers", {
    headers: [["Trailer", "X-Checksum, X-Parts"]],
    framing: (body) => ({
      kind: "chunked",
      cuts: insideTokens(body),
      trailers: [
        ["X-Checksum", "none"],
        ["X-Parts", "9"]
      ]
    })
  }),
  form("pieces-tokens", "a body that arrives in pieces cut inside tokens", {
    framing: (body) => ({ kind: "pieces", cuts: insideTokens(body) })
  }),
  form("pieces-characters", "a body that arrives in pieces cut inside characters", {
    framing: (body) => ({ kind: "pieces", cuts: insideCharacters(body) })
  }),
  form("chunked-mixture", "chunks, a charset, lower-case names and Accept: */* together", {
    contentType: "application/json;charset=UTF-8",
    accept: "*/*",
    nameCase: "lower",
    framing: (body) => ({ kind: "chunked", cuts: insideCharacters(body) })
  }),
  form("close", "Connection: close", { headers: [["Connection", "close"]] }),
  form("coding-identity", "Accept-Encoding: identity", { headers: [["Accept-Encoding", "identity"]] }),
  form("coding-any", "Accept-Encoding: gzip, deflate, br", { headers: [["Accept-Encoding", "gzip, deflate, br"]] }),
  form("user-agent", "a browser's User-Agent and Accept-Language", {
    headers: [
      ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"],
      ["Accept-Language", "tr-TR, tr;q=0.9, en;q=0.5"]
    ]
  }),
  form("trace", "headers of tracing and caches", {
    headers: [
      ["traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
      ["X-Request-Id", "contract-1"],
      ["Cache-Control", "no-cache"]
    ]
  })
]

const index: ReadonlyMap<string, HttpForm> = new Map([plain, ...all].map((each) => [each.id, each]))

/** The form of an id. */
export const byId = (id: string): Option.Option<HttpForm> => Option.fromNullable(index.get(id))

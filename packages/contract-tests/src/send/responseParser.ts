import type { RawResponse } from "../model/Exchange.js"

/** The status line and the headers of an answer. */
export type Head = Omit<RawResponse, "body">

/**
 * Progress of reading an answer.
 *
 * - `reading`: it goes on
 * - `complete`: it has ended, and its connection may be used again or not
 * - `malformed`: it is not what HTTP says
 * - `excessive`: its body is larger than {@link longestBody}
 */
export type Progress =
  | { readonly kind: "reading" }
  | { readonly kind: "complete"; readonly reusable: boolean; readonly surplus: number }
  | { readonly kind: "malformed"; readonly problem: string }
  | { readonly kind: "excessive"; readonly problem: string }

/** Reads one answer of HTTP/1.x, by RFC 9112, from parts that are cut anywhere. */
export interface AnswerReader {
  /** Takes the next bytes of the connection. */
  readonly push: (part: Buffer) => Progress
  /** Takes note that nothing more comes. */
  readonly end: () => Progress
  /** The head, once it is complete; that of an interim answer is none. */
  readonly head: () => Head | undefined
  /** The part of the body that has come, after chunks were joined. */
  readonly body: () => Buffer
  /** True if anything has come. */
  readonly hasBegun: () => boolean
}

/** Bytes of a body that are read, compressed or not: some hundred times what a message can take. */
export const longestBody = 1 << 24

/** Bytes of a head with those of interim answers before it, or of trailers. */
const longestHead = 1 << 20

/** Bytes of the line before a chunk, with its extensions. */
const longestChunkLine = 1 << 14

/** Number of pieces of a body that are kept apart: in chunks of a byte each, they would take a hundred times its size. */
const mostParts = 1_024

const [lineFeed, carriageReturn] = [10, 13]

const beginning = "HTTP/"

const statusLine = /^HTTP\/(0\.9|1\.0|1\.1|2\.0) (\d{3})(?: ([^\r]*))?$/
// White space around a value is taken off afterwards: an expression that does it takes quadratic time on a hostile line.
const fieldLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):([\t\u0020-\u007e\u0080-\u00ff]*)$/
const foldedLine = /^[ \t]([\t\u0020-\u007e\u0080-\u00ff]*)$/
// Padded sizes are not what the standard says, but what old servers send, and every client reads.
const chunkLine =
  /^(0*[0-9A-Fa-f]{1,16})(?:[ \t]*;[ \t]*[\w!#$%&'*+\-.^`|~]+(?:[ \t]*=[ \t]*(?:[\w!#$%&'*+\-.^`|~]+|"(?:[^"\\\r]|\\.)*"))?)*[ \t]*$/
const endsChunked = /(?:^|,)[ \t]*chunked[ \t]*$/i
const framingTrailer = /^(?:content-length|transfer-encoding):/i

const reading: Progress = { kind: "reading" }

const nothing: Buffer = Buffer.alloc(0)

const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text)

/** Without the white space of HTTP around it; a no-break space is part of a value. */
const trimmed = (value: string): string => {
  const isSpace = (at: number) => value[at] === " " || value[at] === "\t"
  let [start, end] = [0, value.length]
  while (end > 0 && isSpace(end - 1)) end--
  while (start < end && isSpace(start)) start++
  return value.slice(start, end)
}

/** The value of a header that goes on in another line, neither of which has white space around it. */
const joined = (value: string, more: string): string =>
  value === "" || more === "" ? value + more : `${value} ${more}`

/** Bytes after an answer that nobody asked for. */
export interface Surplus {
  /** Bytes that a client takes for its next answer. */
  readonly bytes: number
  /** True if the connection is of no use any more, though nothing is wrong about it. */
  readonly ends: boolean
}

const nothingMore: Surplus = { bytes: 0, ends: false }

/** Looks at what came after an answer: line ends are what a reader of the next one skips. */
export const surplusOf = (bytes: Buffer): Surplus => {
  const begun = bytes.toString("latin1", 0, 64)
  if (/^[\r\n]*$/.test(begun)) return nothingMore
  // Who waits for a request in vain may say so, and closes the connection.
  return /^[\r\n]*HTTP\/1\.[01] 408 /.test(begun) ? { bytes: 0, ends: true } : { bytes: bytes.length, ends: false }
}

type Phase = "status" | "fields" | "length" | "chunk line" | "chunk" | "chunk end" | "trailers" | "until closed"

/** A reader of the answer to a request of this method. */
export const make = (method: string): AnswerReader => {
  let phase: Phase = "status"
  let progress: Progress = reading
  /** Bytes that are not understood yet, and the position up to which they are. */
  let bytes = nothing
  let at = 0
  let hasBegun = false
  /** Bytes of lines that were read of what is limited. */
  let lineBytes = 0
  let started = { status: 0, statusText: "", httpVersion: "" }
  let fields: Array<[name: string, value: string]> = []
  let head: Head | undefined
  let reusable = false
  let missing = 0
  let bodyBytes = 0
  const parts: Array<Buffer> = []

  const fail = (problem: string): void => {
    progress = { kind: "malformed", problem }
  }

  const complete = (): void => {
    const more = bytes.subarray(at)
    // A switched protocol has bytes of its own.
    const surplus = started.status === 101 ? nothingMore : surplusOf(more)
    progress = { kind: "complete", reusable: reusable && !surplus.ends, surplus: surplus.bytes }
  }

  const exceed = (what: string): void => {
    progress = { kind: "excessive", problem: what }
  }

  /** The next line, without its end; `undefined` where it is not whole, or not right. */
  const line = (longest: number, what: string): string | undefined => {
    const feed = bytes.indexOf(lineFeed, at)
    const to = feed === -1 ? bytes.length : feed
    if (lineBytes + to - at > longest) {
      fail(`${what} of more than ${longest} bytes`)
      return undefined
    }
    const begun = bytes.toString("latin1", at, to)
    const end = begun.indexOf("\r")
    if (end === -1 ? feed !== -1 : end < begun.length - 1) {
      fail("a line that does not end with CR and LF")
      return undefined
    }
    if (feed === -1) return undefined
    lineBytes += feed + 1 - at
    at = feed + 1
    return begun.slice(0, -1)
  }

  const readStatus = () => {
    while (bytes[at] === carriageReturn || bytes[at] === lineFeed) at++
    const begun = bytes.toString("latin1", at, at + beginning.length)
    // What does not begin as a status line does will not become one.
    if (!beginning.startsWith(begun)) fail(`something that begins with ${quoted(begun)}`)
    const text = progress.kind === "reading" ? line(longestHead, "a head") : undefined
    if (text === undefined) return
    const [, httpVersion, code = "", statusText = ""] = statusLine.exec(text) ?? []
    if (httpVersion === undefined) return fail(`the status line ${quoted(text)}`)
    started = { status: Number(code), statusText, httpVersion }
    fields = []
    phase = "fields"
  }

  const readField = (text: string) => {
    const [, name, value = ""] = fieldLine.exec(text) ?? []
    const last = fields.at(-1)
    const [, folded] = name === undefined && last !== undefined ? (foldedLine.exec(text) ?? []) : []
    if (name !== undefined) fields.push([name, trimmed(value)])
    else if (last !== undefined && folded !== undefined) last[1] = joined(last[1], trimmed(folded))
    else fail(`the header line ${quoted(text)}`)
  }

  const values = (name: string): ReadonlyArray<string> =>
    fields.filter(([key]) => key.length === name.length && key.toLowerCase() === name).map(([, value]) => value)

  const readHead = () => {
    const { httpVersion, status } = started
    if (status >= 100 && status < 200 && status !== 101) {
      phase = "status"
      return
    }
    const lengths = values("content-length")
    const codings = values("transfer-encoding")
    const length = /^0*\d{1,15}$/.test(lengths[0] ?? "0") ? Number(lengths[0] ?? 0) : undefined
    if (lengths.length > 1) return fail("more than one Content-Length")
    if (lengths.length > 0 && codings.length > 0) return fail("both a Content-Length and a Transfer-Encoding")
    if (length === undefined) return fail(`the Content-Length ${quoted(lengths[0] ?? "")}`)
    head = { ...started, headers: fields }
    const said = values("connection").join(",").toLowerCase().split(",").map(trimmed)
    reusable = status !== 101 && (httpVersion === "1.1" ? !said.includes("close") : said.includes("keep-alive"))
    // A body that follows an answer to HEAD all the same harms nobody who does not use the connection again.
    if (method === "HEAD") reusable = false
    missing = length
    lineBytes = 0
    const hasNoBody = status === 101 || status === 204 || status === 304 || method === "HEAD"
    if (!hasNoBody && length > longestBody) exceed(`${length} bytes`)
    else if (hasNoBody || (lengths.length > 0 && length === 0)) complete()
    else if (endsChunked.test(codings.join(","))) phase = "chunk line"
    else phase = lengths.length > 0 ? "length" : "until closed"
  }

  const readBody = () => {
    const to = phase === "until closed" ? bytes.length : Math.min(bytes.length, at + missing)
    bodyBytes += to - at
    if (bodyBytes > longestBody) return exceed(`more than ${longestBody} bytes`)
    parts.push(bytes.subarray(at, to))
    if (parts.length >= mostParts) parts.splice(0, parts.length, Buffer.concat(parts))
    missing -= to - at
    at = to
    if (phase === "until closed" || missing > 0) return
    if (phase === "length") complete()
    else phase = "chunk end"
  }

  const readChunkLine = () => {
    const text = line(longestChunkLine, "the line of a chunk")
    if (text === undefined) return
    missing = Number.parseInt(chunkLine.exec(text)?.[1] ?? "", 16)
    lineBytes = 0
    if (!Number.isSafeInteger(missing)) fail(`the chunk size ${quoted(text)}`)
    else phase = missing === 0 ? "trailers" : "chunk"
  }

  const readChunkEnd = () => {
    if (bytes.length < at + 2) return
    if (bytes[at] !== carriageReturn || bytes[at + 1] !== lineFeed) return fail("a chunk that is longer than its size")
    at += 2
    phase = "chunk line"
  }

  const readOn = () => {
    switch (phase) {
      case "status":
        return readStatus()
      case "fields": {
        const text = line(longestHead, "a head")
        if (text === "") readHead()
        else if (text !== undefined) readField(text)
        return
      }
      case "length":
      case "chunk":
      case "until closed":
        return readBody()
      case "chunk line":
        return readChunkLine()
      case "chunk end":
        return readChunkEnd()
      case "trailers": {
        const text = line(longestHead, "trailers")
        if (text === "") complete()
        else if (text !== undefined && (!fieldLine.test(text) || framingTrailer.test(text))) {
          fail(`the trailer ${quoted(text)}`)
        }
      }
    }
  }

  return {
    push: (part) => {
      if (part.length === 0 || progress.kind !== "reading") return progress
      hasBegun = true
      bytes = bytes.length === 0 ? part : Buffer.concat([bytes, part])
      at = 0
      let before = -1
      while (progress.kind === "reading" && at < bytes.length && before !== at) {
        before = at
        readOn()
      }
      bytes = bytes.subarray(at)
      return progress
    },
    end: () => {
      if (phase === "until closed" && progress.kind === "reading") {
        progress = { kind: "complete", reusable: false, surplus: 0 }
      }
      return progress
    },
    head: () => head,
    body: () => (parts.length === 1 ? (parts[0] ?? nothing) : Buffer.concat(parts)),
    hasBegun: () => hasBegun
  }
}

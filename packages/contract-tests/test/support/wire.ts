import * as Net from "node:net"
import type { Outcome } from "../../src/model/Exchange.js"
import { decoded } from "../../src/send/decode.js"
import * as ResponseParser from "../../src/send/responseParser.js"

/** A request as its bytes arrived: the request line, the headers as they were spelled, and the body. */
export interface Received {
  readonly line: string
  readonly headers: ReadonlyArray<string>
  readonly body: Buffer
}

/** Reads one request, and leaves what follows. */
export const parse = (bytes: Buffer): { readonly request: Received; readonly rest: Buffer } | undefined => {
  const end = bytes.indexOf("\r\n\r\n")
  if (end === -1) return undefined
  const [line = "", ...headers] = bytes.subarray(0, end).toString("latin1").split("\r\n")
  const valueOf = (name: string) =>
    headers.find((header) => header.toLowerCase().startsWith(`${name}:`))?.replace(/^[^:]*:\s*/, "")
  let at = end + 4
  const parts: Array<Buffer> = []
  if (valueOf("transfer-encoding") === "chunked") {
    for (;;) {
      const lineEnd = bytes.indexOf("\r\n", at)
      if (lineEnd === -1) return undefined
      const size = Number.parseInt(bytes.subarray(at, lineEnd).toString("latin1"), 16)
      if (bytes.byteLength < lineEnd + 4 + size) return undefined
      parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size))
      at = lineEnd + 4 + size
      if (size === 0) break
    }
  } else {
    const size = Number(valueOf("content-length") ?? 0)
    if (bytes.byteLength < at + size) return undefined
    parts.push(bytes.subarray(at, at + size))
    at += size
  }
  return { request: { line, headers, body: Buffer.concat(parts) }, rest: bytes.subarray(at) }
}

/** A request with what became of it. */
export interface Passed {
  readonly received: Received
  outcome: Outcome
}

/** A way to a server, on which everything that passes is recorded. */
export interface Passage {
  readonly url: string
  readonly passed: Array<Passed>
  readonly close: () => Promise<void>
}

/** Passes bytes on to the server of a URL, in either direction as they come. */
export const passage = async (target: string): Promise<Passage> => {
  const { pathname, port } = new URL(target)
  const passed: Array<Passed> = []
  const sockets = new Set<Net.Socket>()
  const server = Net.createServer((client) => {
    const upstream = Net.connect(Number(port), "127.0.0.1")
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on("error", () => undefined)
    }
    let bytes = Buffer.alloc(0)
    const unread: Array<Buffer> = []
    let open: { readonly reader: ResponseParser.AnswerReader; readonly entry: Passed } | undefined
    const note = (progress: ResponseParser.Progress) => {
      const head = open?.reader.head()
      if (open === undefined || progress.kind === "reading") return
      open.entry.outcome =
        progress.kind === "complete" && head !== undefined
          ? decoded(head, open.reader.body())
          : { kind: "broken", reason: "problem" in progress ? progress.problem : "no head" }
      open = undefined
    }
    const readOn = () => {
      for (let part = unread.shift(); part !== undefined && open !== undefined; part = unread.shift()) {
        note(open.reader.push(part))
      }
    }
    client.on("data", (part) => {
      upstream.write(part)
      bytes = Buffer.concat([bytes, part])
      for (let found = parse(bytes); found !== undefined; found = parse(bytes)) {
        bytes = Buffer.from(found.rest)
        const entry: Passed = { received: found.request, outcome: { kind: "broken", reason: "no answer" } }
        passed.push(entry)
        open = { reader: ResponseParser.make(found.request.line.split(" ")[0] ?? ""), entry }
        readOn()
      }
    })
    upstream.on("data", (part) => {
      client.write(part)
      unread.push(Buffer.from(part))
      if (open !== undefined) readOn()
    })
    upstream.on("close", () => {
      if (open !== undefined) note(open.reader.end())
      client.end()
    })
    client.on("close", () => upstream.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as Net.AddressInfo).port}${pathname}`,
    passed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      })
  }
}

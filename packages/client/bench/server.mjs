/** The server of the benchmark, in a process of its own: it reads each request to its end and answers with the message. */
import * as Http from "node:http"
import { body } from "./message.mjs"

const head = { "content-type": "application/json", "content-length": Buffer.byteLength(body) }

const server = Http.createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(200, head).end(body))
})

server.keepAliveTimeout = 60_000
server.listen(0, "127.0.0.1", () => process.send?.(server.address().port))
process.on("disconnect", () => process.exit())

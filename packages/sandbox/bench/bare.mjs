/** The least that Node can do: read each request to its end, parse it, and answer with a message of the usual size. */
import * as Http from "node:http"

const message = { id: "x".repeat(24), content: "", filler: "x".repeat(400) }

const server = Http.createServer((request, response) => {
  const chunks = []
  request.on("data", (chunk) => chunks.push(chunk))
  request.on("end", () => {
    const { content } = JSON.parse(Buffer.concat(chunks).toString())
    const body = JSON.stringify({ ...message, content })
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
    response.end(body)
  })
})

server.listen(0, "127.0.0.1", () =>
  process.stdout.write(`Inbox sandbox on http://127.0.0.1:${server.address().port}/api/v1\n\nCtrl-C ends it.\n`)
)

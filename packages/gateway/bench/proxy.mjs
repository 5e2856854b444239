// A bare proxy: it hands requests on as they are, and knows nothing of what they say.
import { createServer } from "node:http"
import { Pool } from "undici"

const pool = new Pool(process.argv[2], { connections: 64 })

const server = createServer((incoming, outgoing) => {
  const chunks = []
  incoming.on("data", (chunk) => chunks.push(chunk))
  incoming.on("end", async () => {
    const { authorization } = incoming.headers
    const answer = await pool.request({
      path: "/api/v2/messages",
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: Buffer.concat(chunks)
    })
    const body = await answer.body.text()
    outgoing.writeHead(answer.statusCode, { "content-type": "application/json" }).end(body)
  })
})

server.listen(0, "127.0.0.1", () => process.send(server.address().port))

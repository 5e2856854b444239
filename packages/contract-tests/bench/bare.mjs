/** What the kit is compared with: a loop over keep-alive `node:http` that sends one message again and again. */
import * as Http from "node:http"

const body = Buffer.from(JSON.stringify({ content: "Good morning, how are you?" }))

/** Sends `count` messages, so many of them at a time. */
export const load = async ({ threads, token, url }, count, concurrency) => {
  const { hostname, pathname, port } = new URL(url)
  const agent = new Http.Agent({ keepAlive: true, maxSockets: concurrency })
  const options = {
    agent,
    host: hostname,
    port,
    method: "POST",
    path: `${pathname}/threads/${threads[0]}/messages`,
    headers: {
      Authorization: `Bearer ${token}`,
      "Content-Type": "application/json",
      Accept: "application/json",
      "Content-Length": body.length
    }
  }
  const send = () =>
    new Promise((resolve, reject) => {
      const request = Http.request(options, (response) => {
        const parts = []
        response.on("data", (part) => parts.push(part))
        response.on("end", () => resolve(JSON.parse(Buffer.concat(parts).toString())))
      })
      request.on("error", reject)
      request.end(body)
    })
  let left = count
  const lane = async () => {
    while (left-- > 0) await send()
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  agent.destroy()
}

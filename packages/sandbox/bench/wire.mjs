/**
 * Puts a server under load over raw sockets, in a process of its own, so that the load costs the measured server nothing
 * and reading answers costs the load little. Each socket sends a message as soon as its last one was answered.
 *
 * Usage: node wire.mjs URL MESSAGES IN-FLIGHT   prints {"millis","latencies"} as JSON, in milliseconds
 */
import { connect } from "node:net"

const [url, messages, inFlight] = process.argv.slice(2)
const { hostname, pathname, port } = new URL(url)
const total = Number(messages)
const latencies = []
let sent = 0

const head = `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer sandbox-token\r\nContent-Type: application/json\r\nContent-Length: `

const lengthOf = (text) => Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])

const worker = () =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let began = 0
    let received = ""
    const next = () => {
      if (sent >= total) {
        socket.destroy()
        return resolve()
      }
      sent++
      received = ""
      const body = `{"content":"message ${sent}"}`
      began = performance.now()
      socket.write(`${head}${body.length}\r\n\r\n${body}`)
    }
    socket.setNoDelay(true)
    socket.setEncoding("latin1")
    socket.on("connect", next)
    socket.on("error", reject)
    socket.on("data", (text) => {
      received += text
      const end = received.indexOf("\r\n\r\n")
      if (end === -1 || received.length < end + 4 + lengthOf(received.slice(0, end))) return
      if (!received.startsWith("HTTP/1.1 200 ")) return reject(new Error(`answered with ${received.slice(0, 200)}`))
      latencies.push(performance.now() - began)
      next()
    })
  })

const began = performance.now()
await Promise.all(Array.from({ length: Number(inFlight) }, worker))
const millis = performance.now() - began
process.stdout.write(JSON.stringify({ millis, latencies }))

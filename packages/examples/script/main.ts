import { send } from "./send.js"

const [threadId, ...words] = process.argv.slice(2)
const { INBOX_API_BASE_URL: baseUrl, INBOX_API_TOKEN: token } = process.env

if (threadId === undefined || words.length === 0 || token === undefined) {
  console.error("Usage: INBOX_API_TOKEN=... [INBOX_API_BASE_URL=...] node main.js THREAD TEXT...")
  process.exitCode = 64
} else {
  const { code, text } = await send({ token, baseUrl }, threadId, words.join(" "))
  console.log(text)
  process.exitCode = code
}

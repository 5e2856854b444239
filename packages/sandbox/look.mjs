import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdirSync } from "node:fs"
import { connect } from "node:net"
import { chromium } from "playwright-core"
const out = process.argv[2] ?? "/var/tmp/shots"
mkdirSync(out, { recursive: true })
const child = spawn(process.execPath, ["dist/command/inbox-sandbox.js", "--port", "0", "--team", "token=other,thread=otherteamthread1"], { cwd: new URL(".", import.meta.url).pathname, stdio: ["ignore", "pipe", "inherit"] })
let said = ""
while (!said.includes("Ctrl-C")) said += (await once(child.stdout, "data"))[0]
const base = /on (\S+)/.exec(said)[1]
const origin = new URL(base).origin
const [t1, t2] = ["sandboxthread00000000001", "sandboxthread00000000002"]
const send = (thread, payload, headers = {}) => fetch(`${base}/threads/${thread}/messages`, { method: "POST", headers: { authorization: "Bearer sandbox-token", "content-type": "application/json", ...headers }, body: typeof payload === "string" ? payload : JSON.stringify(payload) }).then((r) => r.text(), () => {})
const ask = (method, path, body) => fetch(`${origin}/sandbox/${path}`, { method, headers: body ? { "content-type": "application/json" } : {}, body: body && JSON.stringify(body) }).then((r) => r.json())
await send(t2, { content: "Your order 4711 has left our warehouse." })
await send(t1, { content: "Hi Mara! Yes, it is. I can ship it, or keep it for you until Saturday." })
await ask("POST", `threads/${t1}/inbound`, { content: "Saturday works. Could you hold it until noon?" })
await send(t1, { content: "Of course.", replyToMessageId: "nosuchmessage" })
await send(t1, { content: "Of course. I will put your name on it. \u202Ebidi\u200B and something long: " + "W".repeat(90) })
await send(t1, { content: "x" }, { authorization: "Bearer wrong" })
await send(t1, "{not json")
await ask("POST", "faults", { fault: { _tag: "Reset", when: "after" }, threadId: t1, times: 1 })
await send(t1, { content: "12 Harbour Street, second courtyard on the left." })
const socket = connect(new URL(base).port, "127.0.0.1"); socket.write("NONSENSE\r\n\r\n"); await once(socket, "data"); socket.destroy()
await ask("POST", "faults", { fault: { _tag: "MissingKeys", keys: ["isEncrypted", "deletedAt", "platformDeletedAt"] }, threadId: t1, times: 2 })
await ask("POST", "faults", { fault: { _tag: "Status", status: 503, stored: false }, threadId: null, times: null })
const { exchanges } = await ask("GET", "exchanges")
const lost = exchanges.find((e) => e.faults.some((f) => f._tag === "Reset"))
const pages = { home: "#/", traffic: "#/traffic", details: `#/traffic/${lost.id}`, thread: `#/threads/${t1}`, message: `#/threads/${t1}/messages/${lost.messageId}`, faults: "#/faults", settings: "#/settings", empty: "#/threads/otherteamthread1" }
const only = process.argv[3]?.split(",")
const widths = (process.argv[4] ?? "360,1280,2560").split(",").map(Number)
const schemes = (process.argv[5] ?? "light,dark").split(",")
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] })
for (const scheme of schemes) for (const width of widths) {
  const page = await browser.newPage({ viewport: { width, height: width < 500 ? 740 : 900 }, colorScheme: scheme })
  page.on("pageerror", (e) => console.log("ERROR", e))
  page.on("console", (m) => m.type() === "error" && console.log("CONSOLE", m.text()))
  for (const [name, hash] of Object.entries(pages)) {
    if (only && !only.includes(name)) continue
    await page.goto(`${origin}/${hash}`)
    await page.waitForTimeout(700)
    if (name === "faults") await page.getByRole("radio", { name: "Missing keys" }).check()
    await page.waitForTimeout(200)
    await page.screenshot({ path: `${out}/${name}-${width}-${scheme}.png` })
  }
  await page.close()
}
await browser.close()
child.kill("SIGINT")

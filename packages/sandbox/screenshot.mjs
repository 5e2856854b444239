/**
 * Takes the picture of the page that the repository's README shows: `npm run screenshot -w packages/sandbox`. It needs a Chromium
 * on this machine.
 */
import { fileURLToPath } from "node:url"
import { FetchHttpClient } from "@effect/platform"
import { InboxClient, RetryPolicy } from "@inbox-effect/client"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Layer } from "effect"
import { launch } from "../tools/browser.mjs"

const picture = fileURLToPath(new URL("../../.github/media/sandbox.png", import.meta.url))

/** Plays what the picture tells: a conversation, a refusal, and a message that its client cannot know of. */
const play = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const inbox = yield* InboxClient.InboxClient
  const [{ id: threadId }, { id: otherId }] = sandbox.threads
  const base = sandbox.url.replace("/api/v1", "/sandbox")
  const ask = (path, payload) =>
    Effect.promise(() =>
      fetch(`${base}/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(payload)
      })
    )
  const send = (content, rest) => Effect.either(inbox.sendMessage({ threadId, content, ...rest }))
  const receive = (content) => ask(`threads/${threadId}/inbound`, { content })

  yield* send("Your order 4711 has left our warehouse.", { threadId: otherId })
  yield* send("Hi Mara! Yes, it is. I can ship it, or keep it for you until Saturday.")
  yield* receive("Saturday works. Could you hold it until noon?")
  yield* send("Of course. I will put your name on it.", { replyToMessageId: "nosuchmessage" })
  yield* send("Of course. I will put your name on it.")
  yield* receive("Great, thank you! What is the address?")
  yield* ask("faults", { fault: { _tag: "Reset", when: "after" }, threadId, times: 1 })
  yield* send("12 Harbour Street, second courtyard on the left.")
  return new URL(`/#/threads/${threadId}`, sandbox.url).href
})

const InboxLive = Layer.unwrapEffect(
  Effect.map(Sandbox.Sandbox, ({ token, url }) =>
    InboxClient.layer({ token, baseUrl: url, retry: RetryPolicy.none }).pipe(Layer.provide(FetchHttpClient.layer))
  )
)

const photograph = (url) =>
  Effect.promise(async () => {
    const browser = await launch()
    const page = await browser.newPage({ viewport: { width: 1280, height: 760 } })
    await page.goto(url)
    await page.getByText("Stored, but its client cannot know.").click()
    await page.getByText("ConnectionLost").waitFor()
    await page.screenshot({ path: picture })
    await browser.close()
  })

await Effect.runPromise(
  play.pipe(
    Effect.flatMap(photograph),
    Effect.provide(InboxLive.pipe(Layer.provideMerge(Sandbox.layer({ port: 8787 }))))
  )
)

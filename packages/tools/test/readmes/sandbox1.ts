import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Redacted } from "effect"

const program = Effect.gen(function* () {
  const sandbox = yield* Sandbox.Sandbox
  const [thread] = sandbox.threads
  yield* Effect.promise(() =>
    fetch(`${sandbox.url}/threads/${thread?.id}/messages`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${Redacted.value(sandbox.token)}`,
        "content-type": "application/json"
      },
      body: JSON.stringify({ content: "On my way", replyToMessageId: thread?.inboundMessageId })
    })
  )
  const stored = yield* sandbox.messages(thread?.id ?? "")
  console.log(stored.map((message) => message.content))
})

Effect.runPromise(Effect.provide(program, Sandbox.layer()))

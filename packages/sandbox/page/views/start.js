/**
 * Lines that send a first message as they are, once the token is in the environment.
 */

import { html } from "../lit-html/lit-html.js"
import { baseUrl } from "./header.js"
import { copyButton } from "./parts.js"

/** @param {string} threadId */
const curlLine = (threadId) => `curl '${baseUrl()}/threads/${threadId}/messages' \\
  -H "Authorization: Bearer $INBOX_API_TOKEN" \\
  -H 'Content-Type: application/json' \\
  -d '{"content":"On my way"}'`

/** @param {string} threadId */
const snippet = (threadId) => `import { InboxClient } from "@inbox-effect/client"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer } from "effect"

const program = Effect.gen(function* () {
  const inbox = yield* InboxClient.InboxClient
  return yield* inbox.sendMessage({ threadId: "${threadId}", content: "On my way" })
})

const InboxLive = InboxClient.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

Effect.runPromise(Effect.provide(program, InboxLive))`

const environment = () => `export INBOX_API_BASE_URL=${baseUrl()}
export INBOX_API_TOKEN=sandbox-token`

/**
 * @param {string} label
 * @param {string} code
 */
const block = (label, code) => html`
  <figure class="code">
    <figcaption>${label} ${copyButton("Copy", () => code)}</figcaption>
    <pre tabindex="0"><code>${code}</code></pre>
  </figure>
`

/** @param {string} threadId */
export const start = (threadId) => html`
  <div class="start">
    ${block("Environment, unless the sandbox was started with a token of its own", environment())}
    ${block("curl", curlLine(threadId))} ${block("TypeScript", snippet(threadId))}
  </div>
`

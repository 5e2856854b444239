import { FetchHttpClient } from "@effect/platform"
import { afterAll, afterEach, assert, beforeAll, describe } from "@effect/vitest"
import { InboxClient, type InboxError, type Message, RetryPolicy } from "@inbox-effect/client"
import { Sandbox } from "@inbox-effect/sandbox"
import { Effect, Either, Exit, Layer, Redacted, Scope } from "effect"
import type { Browser, BrowserContext } from "playwright-core"
import { executablePath, launch } from "../../../tools/browser.mjs"
import { eventually } from "./eventually.js"
import { pathOf, type Running } from "./http.js"
import { Screen } from "./screen.js"

/** A sandbox that is stopped by hand. */
export interface Started {
  readonly sandbox: Running
  readonly origin: string
  readonly stop: () => Promise<void>
}

export const start = async (options: Sandbox.Options): Promise<Started> => {
  const scope = Effect.runSync(Scope.make())
  const sandbox = await Effect.runPromise(Scope.extend(Sandbox.make(options), scope))
  return {
    sandbox,
    origin: new URL(sandbox.url).origin,
    stop: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** Starts a sandbox at a port that the system gives to nobody who asks for any, so that it stays free after the end. */
export const startAtOwnPort = async (options: Sandbox.Options): Promise<Started> => {
  for (let tries = 1; ; tries++) {
    try {
      return await start({ ...options, port: 10_000 + Math.floor(Math.random() * 20_000) })
    } catch (error) {
      if (tries === 10) throw error
    }
  }
}

interface Payload {
  readonly content: string
  readonly replyToMessageId?: string
}

/** A browser and a sandbox, for as long as a group of tests runs. */
export class Visit {
  #browser: Browser | undefined
  #context: BrowserContext | undefined
  #started: Started | undefined
  readonly #asked = new Set<string>()
  readonly #own = new Set<string>()
  readonly #troubles: Array<string> = []

  async begin(options: Sandbox.Options): Promise<void> {
    this.#started = await start(options)
    this.owns(this.origin)
    this.#browser = await launch()
    this.#context = await this.#browser.newContext({ viewport: { width: 1440, height: 900 } })
    // Before the test itself is out of time, so that it says what it waited for.
    this.#context.setDefaultTimeout(240_000)
    this.#context.on("request", (request) => this.#asked.add(new URL(request.url()).origin))
    await this.#context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: this.origin })
  }

  /** A browser has six connections for an origin, and each page that is open holds one of them. */
  async leave(): Promise<void> {
    await Promise.all((this.#context?.pages() ?? []).map((page) => page.close()))
    assert.deepStrictEqual(this.#troubles, [])
    assert.includeMembers([...this.#own], [...this.#asked], "The page asks nobody but its own sandbox")
  }

  async end(): Promise<void> {
    await this.#browser?.close()
    await this.#started?.stop()
  }

  /** Says that a sandbox belongs to these tests. */
  owns(origin: string): void {
    this.#own.add(origin)
  }

  get sandbox(): Running {
    if (this.#started === undefined) throw new Error("The visit has not begun")
    return this.#started.sandbox
  }

  get origin(): string {
    return new URL(this.sandbox.url).origin
  }

  get token(): string {
    return Redacted.value(this.sandbox.token)
  }

  /** A new tab, at whatever address. */
  async tab(address: string): Promise<Screen> {
    const page = await this.#context?.newPage()
    if (page === undefined) throw new Error("The visit has not begun")
    page.on("pageerror", (error) => this.#troubles.push(String(error)))
    page.on("dialog", (dialog) => {
      this.#troubles.push(`a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.goto(address)
    return new Screen(page)
  }

  /** A new tab with the page, which has heard from the sandbox. */
  async open(hash = ""): Promise<Screen> {
    const screen = await this.tab(`${this.origin}/${hash}`)
    await screen.text("Live", { exact: true }).isShown()
    return screen
  }

  /** Sends as the client does. */
  send(threadId: string, content: string, replyToMessageId?: string) {
    const client = InboxClient.layer({
      token: this.sandbox.token,
      baseUrl: this.sandbox.url,
      retry: RetryPolicy.none
    }).pipe(Layer.provide(FetchHttpClient.layer))
    const payload = replyToMessageId === undefined ? { content } : { content, replyToMessageId }
    return Effect.runPromise(
      Effect.flatMap(InboxClient.InboxClient, (inbox) => inbox.sendMessage({ threadId, ...payload })).pipe(
        Effect.either,
        Effect.provide(client)
      )
    )
  }

  async sent(threadId: string, content: string, replyToMessageId?: string) {
    return Either.getOrThrow(await this.send(threadId, content, replyToMessageId))
  }

  async failed(threadId: string, content: string): Promise<InboxError.InboxError> {
    return Either.getOrThrow(Either.flip(await this.send(threadId, content)))
  }

  /** Posts what the client would refuse to. */
  post(threadId: string, payload: Payload | string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.origin}${pathOf(threadId)}`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json", ...headers },
      body: typeof payload === "string" ? payload : JSON.stringify(payload)
    })
  }

  /** The messages of a thread, once they pass the check. */
  stored(threadId: string, check: (messages: ReadonlyArray<Message.Message>) => void = () => {}) {
    return eventually(() => Effect.runPromise(this.sandbox.messages(threadId)), check)
  }

  /** The answer of the inspector, once it passes the check. */
  inspect<A>(path: string, check: (answer: A) => void): Promise<A> {
    return eventually(
      () => fetch(`${this.origin}/sandbox/${path}`).then((response) => response.json() as Promise<A>),
      check
    )
  }
}

if (executablePath === undefined) {
  process.stderr.write("No Chromium on this machine: the tests of the sandbox's page in a browser are skipped\n")
}

/** Declares tests of the page in a browser, all of them against one sandbox. */
export const describePage = (name: string, options: Sandbox.Options, body: (visit: Visit) => void): void => {
  describe.skipIf(executablePath === undefined)(name, () => {
    const visit = new Visit()
    beforeAll(() => visit.begin(options))
    afterEach(() => visit.leave())
    afterAll(() => visit.end())
    body(visit)
  })
}

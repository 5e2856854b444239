import { HttpApi } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Inspector } from "@inbox-effect/sandbox"
import { Effect } from "effect"
import { inMemory as withSandbox } from "./support/databases.js"
import { ask, exchange, firstThread, type Options, type Running, send } from "./support/http.js"

interface Route {
  readonly method: string
  readonly path: string
}

/** Every route of the inspector, with something to find where a path has a parameter. */
const inspectorRoutes = ({
  id: threadId,
  inboundMessageId: messageId
}: ReturnType<typeof firstThread>): ReadonlyArray<Route> => {
  const routes: Array<Route> = []
  HttpApi.reflect(Inspector.InspectorApi, {
    onGroup: () => {},
    onEndpoint: ({ endpoint }) => {
      const path = endpoint.path
        .replace(":threadId", threadId)
        .replace(":id", "nosuch")
        .replace(":messageId", messageId)
      routes.push({ method: endpoint.method, path })
    }
  })
  return routes
}

const pages: ReadonlyArray<Route> = ["/", "/page/main.js", "/page/style/base.css", "/docs", "/openapi.json"].map(
  (path) => ({
    method: "GET",
    path
  })
)

/** Bodies of the routes that take one, so that nothing but the gate can refuse them. */
const bodies: Readonly<Record<string, unknown>> = {
  "POST /sandbox/threads": { inbound: false },
  "POST /sandbox/faults": { fault: { _tag: "Truncated" }, threadId: null, times: null },
  "PUT /sandbox/settings": { rateLimits: true }
}

const attempt = (sandbox: Running, { method, path }: Route, target: string, headers: Options["headers"] = {}) => {
  const inbound = path.endsWith("/inbound") ? { content: "forged" } : undefined
  const body = bodies[`${method} ${path}`] ?? inbound
  return exchange(sandbox.url, {
    method,
    path: target,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers }
  })
}

/** The same path with its first letter escaped, which a router takes for the letter. */
const escaped = (path: string): string => path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`)

const spellings = (path: string): ReadonlyArray<string> => [path, escaped(path), path.replace(/[a-z]\b/, escaped)]

const foreign: ReadonlyArray<NonNullable<Options["headers"]>> = [
  { host: "evil.example" },
  { host: "evil.example:80" },
  { host: "127.0.0.1.evil.example" },
  { host: "user@127.0.0.1" },
  { host: "127.0.0.1@evil.example" },
  { host: "[::1].evil.example" },
  { origin: "http://evil.example" },
  { origin: "null" }
]

/** Everything that a stranger could have changed. */
const stateOf = (sandbox: Running) =>
  Effect.gen(function* () {
    const paths = ["/threads", "/faults", "/settings", "/teams", "/exchanges?search=is%20mine"]
    const shown = yield* Effect.forEach(paths, (path) => ask(sandbox, "GET", path))
    const messages = yield* sandbox.messages(firstThread(sandbox).id)
    return [...shown.map(({ text }) => JSON.parse(text)), messages]
  })

const unchanged = <E>(sandbox: Running, attack: Effect.Effect<void, E>) =>
  Effect.gen(function* () {
    yield* send(sandbox, { content: "this is mine" })
    const before = yield* stateOf(sandbox)
    yield* attack
    assert.deepStrictEqual(yield* stateOf(sandbox), before)
  })

describe("the gate", () => {
  it.live(
    "lets nobody in from another site, however the path is spelled",
    withSandbox((sandbox) =>
      unchanged(
        sandbox,
        Effect.forEach(
          inspectorRoutes(firstThread(sandbox)),
          (route) =>
            Effect.forEach(spellings(route.path), (target) =>
              Effect.forEach([...foreign, { "sec-fetch-site": "cross-site" }], (headers) =>
                Effect.gen(function* () {
                  const answer = yield* attempt(sandbox, route, target, headers)
                  assert.strictEqual(answer.status, 403, `${route.method} ${target} ${JSON.stringify(headers)}`)
                  assert.notProperty(answer.headers, "access-control-allow-origin")
                })
              )
            ),
          { concurrency: 8, discard: true }
        )
      )
    )
  )

  it.live(
    "shows its pages to nobody under another name, nor to a script of another site",
    withSandbox((sandbox) =>
      Effect.forEach(pages, (route) =>
        Effect.gen(function* () {
          assert.strictEqual((yield* attempt(sandbox, route, route.path)).status, 200, route.path)
          const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }
          assert.strictEqual((yield* attempt(sandbox, route, route.path, link)).status, 200, route.path)
          for (const target of spellings(route.path)) {
            for (const headers of foreign) {
              const answer = yield* attempt(sandbox, route, target, headers)
              assert.isAtLeast(answer.status, 400, `${target} ${JSON.stringify(headers)}`)
              assert.notProperty(answer.headers, "access-control-allow-origin")
            }
          }
        })
      )
    )
  )

  it.live(
    "takes the host of an absolute URL for the host that is asked",
    withSandbox((sandbox) =>
      Effect.gen(function* () {
        const { host } = new URL(sandbox.url)
        const routes = [...inspectorRoutes(firstThread(sandbox)), ...pages]
        yield* unchanged(
          sandbox,
          Effect.forEach(routes, (route) =>
            Effect.gen(function* () {
              for (const path of spellings(route.path)) {
                const answer = yield* attempt(sandbox, route, `http://evil.example${path}`, { host })
                assert.isAtLeast(answer.status, 400, `${route.method} ${path}`)
              }
            })
          ).pipe(Effect.asVoid)
        )
        for (const route of routes.filter(({ method, path }) => method === "GET" && !/events|nosuch/.test(path))) {
          const answer = yield* attempt(sandbox, route, `http://${host}${route.path}`, { host: "evil.example" })
          assert.strictEqual(answer.status, 200, route.path)
        }
      })
    )
  )

  it.live(
    "stands behind every other spelling, method and host that could lead around it",
    withSandbox((sandbox) =>
      unchanged(
        sandbox,
        Effect.gen(function* () {
          const evil = { host: "evil.example" }
          const targets = [
            "//sandbox/messages",
            "/./sandbox/messages",
            "/x/../sandbox/messages",
            "/api/v1/../../sandbox/messages",
            "/sandbox//messages",
            "/sandbox/messages/",
            "/sandbox/messages;x=1",
            "/sandbox/messages#x",
            "/Sandbox/messages",
            "/SANDBOX/MESSAGES",
            "/sandbox%2Fmessages",
            "/%2573andbox/messages"
          ]
          for (const path of targets) {
            for (const method of ["DELETE", "POST", "HEAD", "OPTIONS"]) {
              const answer = yield* exchange(sandbox.url, { method, path, headers: evil })
              assert.isAtLeast(answer.status, 400, `${method} ${path}`)
            }
          }
          for (const name of ["x-http-method-override", "x-http-method", "x-method-override"]) {
            const headers = { [name]: "DELETE" }
            yield* exchange(sandbox.url, { method: "POST", path: "/sandbox/messages?_method=DELETE", headers })
          }
        })
      )
    )
  )

  it.live(
    "has no inspector, no page and no trace of either where they are off",
    withSandbox(
      (sandbox) =>
        Effect.gen(function* () {
          const page = pages.filter(({ path }) => path === "/" || path.startsWith("/page/"))
          for (const route of [...inspectorRoutes(firstThread(sandbox)), ...page]) {
            for (const target of [...spellings(route.path), `http://127.0.0.1${route.path}`]) {
              const answer = yield* attempt(sandbox, route, target)
              assert.strictEqual(answer.status, 404, `${route.method} ${target}`)
            }
          }
          const document = yield* exchange(sandbox.url, { method: "GET", path: "/openapi.json" })
          assert.notInclude(document.text, "/sandbox")
          assert.strictEqual((yield* sandbox.messages(firstThread(sandbox).id)).length, 1)
        }),
      { inspector: false }
    )
  )
})

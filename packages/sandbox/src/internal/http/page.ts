import { existsSync, readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Delivery from "@inbox-effect/client/Delivery"
import * as Catalogue from "../faults/catalogue.js"

/** The folders that may hold the page: beside `src` and `dist`, from a module of either and from the bundled command. */
const folders = ["../../../page/", "../../page/"].map((path) => fileURLToPath(new URL(path, import.meta.url)))

const folder = folders.find((path) => existsSync(join(path, "index.html")))

/** The path under which the page finds its files. */
const assets = "/page/"

/** Modules of lit-html that the page uses. They name each other by relative paths. */
const libraryFiles = [
  "lit-html.js",
  "directive.js",
  "directive-helpers.js",
  "async-directive.js",
  "directives/guard.js",
  "directives/if-defined.js",
  "directives/keyed.js",
  "directives/live.js",
  "directives/ref.js",
  "directives/repeat.js"
]

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json"
}

/**
 * The page runs its own modules and talks to its own server: nothing inline, no other host, no frame around it. Text
 * becomes markup in one place only, the library's templates.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types lit-html"
].join("; ")

const headers = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache"
}

const respond = (name: string, body: Uint8Array): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.uint8Array(body, { contentType: types[extname(name)] ?? "application/octet-stream", headers })

const json = (value: unknown) => respond(".json", Buffer.from(JSON.stringify(value)))

const ownFiles = (folder: string): ReadonlyArray<readonly [path: string, file: string]> =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => extname(name) in types && !name.startsWith("tsconfig"))
    .map((name) => [name === "index.html" ? "/" : `${assets}${name}`, join(folder, name)])

/** Finds the library. Node is told to import its build for servers, one folder below. */
const libraryRoot = (): string => join(dirname(createRequire(import.meta.url).resolve("lit-html")), "..")

/** Every path of the page and what it answers with; none where the sandbox was bundled, and its files left behind. */
const load = (): ReadonlyMap<string, HttpServerResponse.HttpServerResponse> => {
  if (folder === undefined) return new Map()
  const library = libraryRoot()
  const files = [
    ...ownFiles(folder),
    ...libraryFiles.map((name) => [`${assets}lit-html/${name}`, join(library, name)] as const)
  ]
  return new Map([
    ...files.map(([path, file]) => [path, respond(file, readFileSync(file))] as const),
    [`${assets}delivery.json`, json(Delivery.table)],
    [`${assets}faults.json`, json(Catalogue.descriptions)]
  ])
}

let loaded: ReadonlyMap<string, HttpServerResponse.HttpServerResponse> | undefined

const find = (url: string): HttpServerResponse.HttpServerResponse | undefined => {
  const path = url.split("?", 1)[0] ?? ""
  if (path !== "/" && !path.startsWith(assets)) return undefined
  // The files are read when a browser first asks: most sandboxes run in test suites, and no browser ever comes.
  loaded ??= load()
  return loaded.get(path)
}

/** Tells whether a request is one for the page or for one of its files. */
export const has = (method: string, url: string): boolean =>
  (method === "GET" || method === "HEAD") && find(url) !== undefined

/** The page or one of its files. */
export const answer = ({ url }: HttpServerRequest.HttpServerRequest): HttpServerResponse.HttpServerResponse =>
  find(url) ?? HttpServerResponse.empty({ status: 404 })

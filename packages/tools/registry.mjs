/**
 * A registry on loopback that has published what is packed here, so that an install line works as it is printed: the
 * scope leads to it, and everything else still comes from where it always does.
 */
import { createHash } from "node:crypto"
import { readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { basename, join } from "node:path"

const scope = "@inbox-effect"

/** Long enough ago for every package manager. */
const published = "2026-01-01T00:00:00.000Z"

const digest = (algorithm, encoding, bytes) => createHash(algorithm).update(bytes).digest(encoding)

/** What a registry tells of a package that has one version. */
const documentOf = ({ manifest, tarball }, bytes, origin) => {
  const { name, version } = manifest
  const dist = {
    tarball: `${origin}/${basename(tarball)}`,
    shasum: digest("sha1", "hex", bytes),
    integrity: `sha512-${digest("sha512", "base64", bytes)}`
  }
  return {
    name,
    "dist-tags": { latest: version },
    time: { created: published, modified: published, [version]: published },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } }
  }
}

/** Serves packed packages, `{ manifest, tarball }` each, until `close` is called. `origin` is where. */
export const serve = async (packages) => {
  const answers = new Map()
  const server = createServer((request, response) => {
    const answer = answers.get(decodeURIComponent(request.url))
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": answer?.type ?? "application/json" })
    response.end(answer?.bytes ?? "{}")
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  const origin = `http://127.0.0.1:${server.address().port}`
  for (const each of packages) {
    const bytes = await readFile(each.tarball)
    const document = JSON.stringify(documentOf(each, bytes, origin))
    answers.set(`/${each.manifest.name}`, { bytes: document, type: "application/json" })
    answers.set(`/${basename(each.tarball)}`, { bytes, type: "application/octet-stream" })
  }
  return {
    origin,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    }
  }
}

/** Tells the package managers in a folder where the scope is published. */
export const publishTo = async (folder, origin) => {
  await writeFile(join(folder, ".npmrc"), `${scope}:registry=${origin}/\n`)
  const berry = [
    "enableTelemetry: false",
    "enableGlobalCache: true",
    "unsafeHttpWhitelist: [127.0.0.1]",
    `npmScopes: { ${scope.slice(1)}: { npmRegistryServer: "${origin}" } }`
  ]
  await writeFile(join(folder, ".yarnrc.yml"), `${berry.join("\n")}\n`)
}

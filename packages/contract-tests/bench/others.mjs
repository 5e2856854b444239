/** Other tools that test a server by its OpenAPI document, run as they are installed on this machine. */
import { spawn, spawnSync } from "node:child_process"
import * as Fs from "node:fs/promises"
import * as Os from "node:os"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"

const command = fileURLToPath(new URL("../dist/command/inbox-contract.js", import.meta.url))

const tools = {
  Schemathesis: {
    command: "schemathesis",
    args: (document, { token, url }) => ["run", document, "--url", url, "--header", `Authorization: Bearer ${token}`]
  },
  Dredd: {
    command: "dredd",
    // It sends one request for each response that is documented, and the example of the body each time.
    prepare: (operation) => {
      operation.responses = { 200: operation.responses[200] }
      operation.requestBody.content["application/json"].example = { content: "Good morning" }
    },
    args: (document, { token, url }) => [
      document,
      url,
      "--header",
      `Authorization: Bearer ${token}`,
      "--loglevel",
      "error"
    ]
  }
}

const isInstalled = ({ command }) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0

/** Names of the tools that are on the PATH, and of those that are not. */
export const available = () => {
  const names = Object.keys(tools)
  return {
    installed: names.filter((name) => isInstalled(tools[name])),
    missing: names.filter((name) => !isInstalled(tools[name]))
  }
}

/** The contract as OpenAPI, with a thread that exists in its path, since these tools know no other. */
const documentFor = async ({ threads }, prepare) => {
  const { stdout } = spawnSync(process.execPath, [command, "openapi"], { encoding: "utf8" })
  const document = JSON.parse(stdout)
  for (const { post } of Object.values(document.paths)) {
    for (const parameter of post.parameters) {
      if (parameter.in !== "path") continue
      parameter.example = threads[0]
      parameter.schema = { type: "string", enum: [threads[0]] }
    }
    prepare?.(post)
  }
  const file = Path.join(await Fs.mkdtemp(Path.join(Os.tmpdir(), "inbox-contract-")), "openapi.json")
  await Fs.writeFile(file, JSON.stringify(document))
  return file
}

/** Whether a tool finds anything to complain about, within two minutes. */
export const complains = async (name, target) => {
  const { args, command, prepare } = tools[name]
  const document = await documentFor(target, prepare)
  const child = spawn(command, args(document, target), { stdio: "ignore", timeout: 120_000 })
  const [code] = await new Promise((resolve) => child.once("exit", (...result) => resolve(result)))
  await Fs.rm(Path.dirname(document), { recursive: true })
  return code !== 0
}

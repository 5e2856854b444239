import * as Fs from "node:fs"
import { assert, it } from "@effect/vitest"
import { Requirement } from "@inbox-effect/contract-tests"
import * as Flags from "../src/cli/flags.js"

const readme = Fs.readFileSync(new URL("../README.md", import.meta.url), "utf8")

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;")

const table = [
  "| id | level | holds when |",
  "|---|---|---|",
  ...Requirement.groups.flatMap((group) => [
    `| **${Requirement.groupTitles[group]}** | | |`,
    ...Requirement.all
      .filter((each) => each.group === group)
      .map(({ id, level, title }) => `| \`${id}\` | ${level} | ${cell(title)} |`)
  ])
].join("\n")

it("lists the catalogue as it is", () => {
  const written = /<!-- requirements -->\n([\s\S]*)\n<!-- \/requirements -->/.exec(readme)?.[1]
  assert.strictEqual(written, table, "put the expected table between the requirements marks of README.md")
})

it("explains every flag of the command", () => {
  const names = Object.values(Flags.commands).flatMap(({ several, single, switches }) =>
    Object.keys({ ...single, ...several, ...switches })
  )
  for (const name of names) assert.include(readme, `\`--${name}`, name)
})

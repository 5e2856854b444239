import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { assert, describe, expect, it } from "vitest"

/** The packages whose public surface is held to a file of names: a new export is a decision. */
const held = ["client", "sandbox", "contract-tests"]

const folderOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url))

interface Manifest {
  readonly exports: Readonly<Record<string, null | string | { readonly "@inbox-effect/source"?: string }>>
}

/** What can be imported of a package, with its source: `["./Message", "src/Message.ts"]`. */
const entriesOf = (folder: string): ReadonlyArray<readonly [entry: string, source: string]> => {
  const { exports }: Manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  const refused = Object.keys(exports).filter((entry) => exports[entry] === null)
  return Object.entries(exports).flatMap(([entry, target]) => {
    const source = target === null || typeof target === "string" ? undefined : target["@inbox-effect/source"]
    if (source === undefined) return []
    if (!entry.includes("*")) return [[entry, source] as const]
    return ts.sys
      .readDirectory(join(folder, "src"), [".ts"], undefined, ["*.ts"], 1)
      .map((file) => file.slice(folder.length + "/src/".length, -".ts".length))
      .filter((module) => module !== "index" && !refused.includes(`./${module}`))
      .map((module) => [`./${module}`, `./src/${module}.ts`] as const)
  })
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) &&
  !ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "internal")

const declared = (statement: ts.Statement): ReadonlyArray<string> => {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  }
  return "name" in statement && statement.name !== undefined ? [(statement.name as ts.Identifier).getText()] : []
}

/** The names that a module exports, types included. */
const namesOf = (file: string): ReadonlyArray<string> => {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.ES2022, true)
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return isExported(statement) ? declared(statement) : []
    const { exportClause, moduleSpecifier } = statement
    if (exportClause !== undefined && ts.isNamedExports(exportClause)) {
      return exportClause.elements.map(({ name }) => name.text)
    }
    if (exportClause !== undefined) return [exportClause.name.text]
    const specifier = moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : ""
    return namesOf(join(dirname(file), specifier.replace(/\.js$/, ".ts")))
  })
}

describe.each(held)("the public surface of %s", (name) => {
  it("is what its file of names says (vitest -u writes it)", async () => {
    const folder = folderOf(name)
    const lines = entriesOf(folder).flatMap(([entry, source]) => [
      entry,
      ...[...new Set(namesOf(join(folder, source)))].sort().map((each) => `  ${each}`)
    ])
    assert.isAbove(lines.length, 10)
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`./surfaces/${name}.txt`)
  })
})

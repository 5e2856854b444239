import { join } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { assert, describe, it } from "vitest"

const folder = fileURLToPath(new URL("../../client", import.meta.url))
const source = join(folder, "src")

const modules = ts.sys.readDirectory(source, [".ts"], undefined, ["*.ts"], 1).filter((file) => !/index\.ts$/.test(file))

/** Answers an editor's questions about what it shows. */
const editor = (() => {
  const { config } = ts.readConfigFile(join(folder, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder)
  return ts.createLanguageService({
    getCompilationSettings: () => ({ ...options, noEmit: true, composite: false, incremental: false }),
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => modules,
    getScriptSnapshot: (file) => {
      const text = ts.sys.readFile(file)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getScriptVersion: () => "1",
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile
  })
})()

const program = editor.getProgram() as ts.Program
const checker = program.getTypeChecker()

const exportsOf = (file: string): ReadonlyArray<ts.Symbol> => {
  const symbol = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile)
  return symbol === undefined ? [] : checker.getExportsOfModule(symbol)
}

const resolved = (symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)

const isType = ({ flags }: ts.Symbol): boolean =>
  (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Class)) !== 0

/** The properties of a type, and of the members of a union, that are declared in this package under a name. */
const fieldsOf = (type: ts.Type): ReadonlyArray<ts.Symbol> =>
  (type.isUnion() ? type.types : [type]).flatMap((member) =>
    checker
      .getPropertiesOfType(member)
      .filter(
        ({ declarations, name }) =>
          !name.startsWith("_") && declarations?.some((each) => each.getSourceFile().fileName.startsWith(source))
      )
  )

describe("the fields of the public types of the client", () => {
  const fields = modules.flatMap((file) =>
    exportsOf(file)
      .map((each) => [each, resolved(each)] as const)
      .filter(([, symbol]) => isType(symbol))
      .flatMap(([{ name }, symbol]) =>
        fieldsOf(checker.getDeclaredTypeOfSymbol(symbol)).map((field) => ({
          name: `${file.slice(source.length + 1, -".ts".length)}.${name}.${field.name}`,
          text: ts.displayPartsToString(field.getDocumentationComment(checker))
        }))
      )
  )

  it("are found, those of schemas, errors and options alike", () => {
    const names = new Set(fields.map(({ name }) => name))
    for (const name of [
      "InboxClient.Request.threadId",
      "InboxClient.Options.retry",
      "InboxError.RateLimited.retryAfter",
      "Message.Message.content",
      "SendMessage.Payload.content",
      "promise.Options.token"
    ]) {
      assert.isTrue(names.has(name), name)
    }
  })

  it("have a line of documentation each", () => {
    const bare = fields.filter(({ text }) => text === "").map(({ name }) => name)
    assert.deepStrictEqual([...new Set(bare)], [])
  })
})

describe("the docstrings of the client", () => {
  it("open with a noun or a verb, not with a question", () => {
    const opening = /\/\*\*\s*(?:\*\s*)?(?:What|Whether|How|Who|So many|Where)\b.*$/gm
    assert.match("/** Whether it holds. */", new RegExp(opening.source, "m"))
    assert.deepStrictEqual(
      ts.sys
        .readDirectory(source, [".ts"])
        .flatMap((file) => [...(ts.sys.readFile(file) ?? "").matchAll(opening)].map(([line]) => `${file}: ${line}`)),
      []
    )
  })
})

describe("Reconcile.Outcome", () => {
  it("hovers in at most five lines", () => {
    const file = join(source, "Reconcile.ts")
    const text = ts.sys.readFile(file) ?? ""
    const at = text.search(/\bOutcome,\n/)
    const shown = ts.displayPartsToString(editor.getQuickInfoAtPosition(file, at)?.displayParts)
    assert.include(shown, "Outcome")
    assert.isAtMost(shown.split("\n").length, 5, shown)
  })
})

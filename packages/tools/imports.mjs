/**
 * Checks that imports go down: between packages, between the folders of a package, and never in a circle. The order is
 * data, in `layers.json`: `packages` names what each package may import, `folders` lists the folders and files right in
 * `src` from the top down. Imports of types count as well, but in packages without an order, which are checked for
 * circles of values only.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import typescript from "typescript"

/** The imports of a file: `{ specifier, names }`, dynamic ones and re-exports included. */
export const importsOf = (file) => {
  const source = typescript.createSourceFile(file, readFileSync(file, "utf8"), typescript.ScriptTarget.ES2022, true)
  const found = []
  const visit = (node) => {
    const specifier =
      node.moduleSpecifier ?? (isDynamic(node) ? (node.arguments?.[0] ?? node.argument?.literal) : undefined)
    if (specifier?.text !== undefined)
      found.push({ specifier: specifier.text, names: namesOf(node), isType: isType(node) })
    typescript.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const isDynamic = (node) =>
  typescript.isImportTypeNode(node) ||
  (typescript.isCallExpression(node) && node.expression.kind === typescript.SyntaxKind.ImportKeyword)

const isType = (node) =>
  typescript.isImportTypeNode(node) ||
  node.isTypeOnly === true ||
  node.importClause?.isTypeOnly === true ||
  (node.importClause?.namedBindings ?? node.exportClause)?.elements?.every((element) => element.isTypeOnly) === true

const namesOf = (node) => {
  const bindings = node.importClause?.namedBindings ?? node.exportClause
  if (bindings?.elements !== undefined)
    return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text)
  return [bindings?.name?.text ?? node.importClause?.name?.text ?? node.qualifier?.getText() ?? "everything"]
}

/** The members of a namespace that a file uses, or the namespace itself. */
const nounsOf = ({ names }, text) =>
  names.flatMap((name) => {
    const members = [...text.matchAll(new RegExp(`(?<![/.\\w])${name}\\.(\\w+)`, "g"))].map(([, member]) => member)
    return members.length === 0 ? [name] : [...new Set(members)]
  })

const packageOf = (specifier) => /^@inbox-effect\/([^/]+)/.exec(specifier)?.[1]

const listed = (names) => [...new Set(names)].map((name) => `\`${name}\``).join(", ")

const read = (root, name) => {
  const src = join(root, "packages", name, "src")
  return readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => {
      const path = join(src, file)
      const text = readFileSync(path, "utf8")
      return { name, file, imports: importsOf(path).map((each) => ({ ...each, nouns: nounsOf(each, text) })) }
    })
}

/** Imports between packages that the order does not allow. */
const upBetweenPackages =
  (layers) =>
  ({ file, imports, name }) =>
    imports.flatMap(({ nouns, specifier }) => {
      const other = packageOf(specifier)
      const allowed = layers.packages[name]
      if (allowed === undefined || other === undefined || other === name || allowed.includes(other)) return []
      const below = allowed.length === 0 ? "nothing" : allowed.join(", ")
      return [
        `packages/${name}/src/${file} imports ${listed(nouns)} from ${other}, but ${name} imports ${below} of this repository only: move ${listed(nouns)} into a package that both import`
      ]
    })

const layerOf = (file) => file.split("/")[0]

/** Imports between the folders of a package that run up. */
const upBetweenFolders =
  (layers) =>
  ({ file, imports, name }) => {
    const order = layers.folders[name]
    if (order === undefined) return []
    const own = order.indexOf(layerOf(file))
    if (own < 0)
      return [`packages/${name}/src/${layerOf(file)} has no place in packages/tools/layers.json: list it there`]
    return imports.flatMap(({ nouns, specifier }) => {
      const target = targetOf(file, specifier)
      if (target === undefined || layerOf(target) === layerOf(file)) return []
      const other = order.indexOf(layerOf(target))
      if (other > own || other < 0) return []
      return [
        `packages/${name}/src/${file} imports ${listed(nouns)} from ${target}, which stands above it: move ${listed(nouns)} into ${order[own]} or below, where both can import it`
      ]
    })
  }

const targetOf = (file, specifier) =>
  specifier.startsWith(".") ? normalize(join(dirname(file), specifier)).replace(/\.js$/, ".ts") : undefined

/** Circles of files, each told once. */
const circles = (layers, files) => {
  const isCounted = ({ isType }) => !isType || layers.folders[files[0].name] !== undefined
  const edges = new Map(
    files.map(({ file, imports }) => [
      file,
      imports.filter(isCounted).map(({ specifier }) => targetOf(file, specifier))
    ])
  )
  const state = new Map()
  const found = []
  const enter = (file, path) => {
    if (state.get(file) === "done" || !edges.has(file)) return
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file])
      return
    }
    for (const next of edges.get(file)) if (next !== undefined) enter(next, [...path, file])
    state.set(file, "done")
  }
  for (const file of edges.keys()) enter(file, [])
  return found.map((circle) => {
    const [first, second] = circle
    const nouns = files
      .find(({ file }) => file === first)
      .imports.filter(({ specifier }) => targetOf(first, specifier) === second)
      .flatMap((each) => each.nouns)
    return `packages/${files[0].name}/src has a circle, ${circle.join(" -> ")}: move ${listed(nouns)} into a file below them`
  })
}

/** A sentence for each import that runs up or closes a circle, in the repository of a folder. */
export const problems = (root) => {
  const layers = JSON.parse(readFileSync(join(root, "packages/tools/layers.json"), "utf8"))
  const names = readdirSync(join(root, "packages")).filter((name) => existsSync(join(root, "packages", name, "src")))
  return names.flatMap((name) => {
    const files = read(root, name)
    return [
      ...files.flatMap(upBetweenPackages(layers)),
      ...new Set(files.flatMap(upBetweenFolders(layers))),
      ...circles(layers, files)
    ]
  })
}

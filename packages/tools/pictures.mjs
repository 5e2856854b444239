/**
 * Makes the pictures of the READMEs anew: runs the commands in a terminal (a pseudo-terminal of `script`, read by xterm)
 * and draws what is on its screen as SVG; what is a page is photographed in Chromium.
 *
 * Usage: npm run pictures   (which builds first; on Linux, with Chromium on the PATH)
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import Xterm from "@xterm/headless"
import { firstDraft } from "../examples/dist/gateway/firstDraft.js"
import { launch } from "./browser.mjs"

const root = fileURLToPath(new URL("../..", import.meta.url))
const media = `${root}/.github/media`
const columns = 100

/** The colours of a dark terminal: the sixteen of ANSI, and what stands for none. */
const ansi =
  "#484f58 #ff7b72 #3fb950 #d29922 #58a6ff #bc8cff #39c5cf #b1bac4 #6e7681 #ffa198 #56d364 #e3b341 #79c0ff #d2a8ff #56d4dd #ffffff".split(
    " "
  )
const foreground = "#e6edf3"
const background = "#0d1117"

/** Runs a command in a terminal, and gives the lines that it has at the end, as lists of cells. */
const record = async (command, env = {}) => {
  const terminal = new Xterm.Terminal({ cols: columns, rows: 50, scrollback: 5000, allowProposedApi: true })
  const child = spawn("script", ["-qec", `stty cols ${columns} rows 50; ${command}`, "/dev/null"], {
    cwd: root,
    env: { ...process.env, TERM: "xterm-256color", FORCE_COLOR: undefined, NO_COLOR: undefined, CI: undefined, ...env },
    stdio: ["ignore", "pipe", "inherit"]
  })
  child.stdout.on("data", (bytes) => terminal.write(bytes))
  await once(child, "close")
  await new Promise((resolve) => terminal.write("", resolve))
  const buffer = terminal.buffer.active
  const lines = Array.from({ length: buffer.length }, (_, row) => cellsOf(buffer.getLine(row)))
  while (lines.at(-1)?.length === 0) lines.pop()
  return lines
}

const cellsOf = (line) => {
  const cells = Array.from({ length: line.length }, (_, column) => line.getCell(column))
  const last = cells.findLastIndex((cell) => cell.getChars().trim() !== "" || cell.isInverse())
  return cells
    .slice(0, last + 1)
    .map((cell, column) => ({ column, text: cell.getChars() || " ", width: cell.getWidth(), style: styleOf(cell) }))
    .filter(({ width }) => width > 0)
}

const styleOf = (cell) => {
  const color = cell.isFgPalette() ? (ansi[cell.getFgColor()] ?? foreground) : foreground
  return [
    `fill="${cell.isInverse() ? background : color}"`,
    cell.isBold() ? 'font-weight="bold"' : "",
    cell.isDim() ? 'opacity="0.65"' : "",
    cell.isUnderline() ? 'text-decoration="underline"' : ""
  ]
    .filter((each) => each !== "")
    .join(" ")
}

/** White space would be collapsed, but for no-break spaces. */
const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll(" ", "\u00a0")

const [cellWidth, lineHeight, margin] = [8.4, 19, 20]

/** Neighbours of one style are one text, as wide as its cells whatever the font. */
const textsOf = (cells, row) => {
  const runs = []
  for (const cell of cells) {
    const run = runs.at(-1)
    if (run?.style === cell.style && run.column + run.width === cell.column) {
      run.text += cell.text
      run.width += cell.width
    } else runs.push({ ...cell })
  }
  return runs
    .filter(({ text }) => text.trim() !== "")
    .map(({ column, style, text, width }) => {
      const [x, y] = [margin + column * cellWidth, margin + 30 + row * lineHeight]
      const length = (width * cellWidth).toFixed(1)
      return `<text x="${x.toFixed(1)}" y="${y}" textLength="${length}" ${style}>${escaped(text)}</text>`
    })
}

const draw = async (name, title, lines) => {
  const width = Math.ceil(columns * cellWidth + 2 * margin)
  const height = lines.length * lineHeight + 2 * margin + 30
  const dots = ["#ff5f56", "#ffbd2e", "#27c93f"].map((fill, index) => {
    return `<circle cx="${margin + index * 18}" cy="18" r="5.5" fill="${fill}"/>`
  })
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${title}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${background}"/>`,
    ...dots,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14">`,
    ...lines.flatMap(textsOf),
    "</g>",
    "</svg>",
    ""
  ]
  await writeFile(`${media}/${name}.svg`, svg.join("\n"))
  process.stdout.write(`${name}.svg: ${lines.length} lines\n`)
}

const prompt = (command) => [
  { column: 0, text: "$ ", width: 2, style: 'fill="#6e7681"' },
  { column: 2, text: command, width: command.length, style: `fill="${foreground}" font-weight="bold"` }
]

const textOf = (cells) => cells.map(({ text }) => text).join("")

/** A piece of what was printed: from the line that begins as it says up to the one that begins as it says. */
const between = (lines, first, last) => {
  const find = (text, after) => lines.findIndex((cells, row) => row > after && textOf(cells).startsWith(text))
  const start = find(first, -1)
  const end = find(last, start)
  if (start === -1 || end === -1) throw new Error(`Not found: ${first}, ${last}\n${lines.map(textOf).join("\n")}`)
  return lines.slice(start, end)
}

const command = `${process.execPath} packages/contract-tests/dist/command/inbox-contract.js run --seed 1`

await mkdir(media, { recursive: true })

const run = await record(command)
await draw("run", "A run of the kit against the sandbox, which conforms", [prompt("npm start"), [], ...run])

const server = firstDraft({ token: "gateway-token", threads: ["parcels", "returns"] }).listen(0, "127.0.0.1")
await once(server, "listening")
const url = `http://127.0.0.1:${server.address().port}/api/v1`
const scratch = await mkdtemp(join(tmpdir(), "inbox-effect-pictures-"))
const html = join(scratch, "report.html")
const flags = "--thread parcels --only response,semantics,auth"
const finding = await record(`${command} ${flags} --report html=${html}`, {
  INBOX_API_BASE_URL: url,
  INBOX_API_TOKEN: "gateway-token"
})
server.close()
server.closeAllConnections()
await draw("finding", "A finding: a server that trims what it is sent", [
  prompt(`npx inbox-contract run --url URL ${flags}`),
  [],
  ...between(finding, "✖ semantics.content", "  by hand")
])

const browser = await launch()
const page = await browser.newPage({ viewport: { width: 1200, height: 900 }, colorScheme: "light" })
await page.goto(pathToFileURL(html).href)
await page.screenshot({ path: `${media}/report.png` })
await browser.close()
await rm(scratch, { recursive: true })
process.stdout.write("report.png\n")

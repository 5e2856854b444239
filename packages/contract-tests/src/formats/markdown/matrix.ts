/**
 * A matrix as Markdown.
 *
 * @since 0.1.0
 */
import * as Requirement from "../../contract/Requirement.js"
import * as Matrix from "../../kit/Matrix.js"
import { marks, statuses, verdictMarks, verdictOf, verdictTitles } from "../../report/summary.js"
import { count } from "../../text/words.js"
import { html } from "../html/markup.js"
import { block, code, fitted, limits, prose } from "./text.js"

/**
 * Writes a matrix: requirements down the side, targets across, and a sentence for each. As safe as {@link render}, and no longer than a comment.
 *
 * @since 0.1.0
 * @category rendering
 */
export const renderMatrix = (matrix: Matrix.Matrix): string => {
  const { budget, seed, targets, verdict } = matrix
  const rows = Matrix.rows(matrix)
  const telling = rows.filter(Matrix.isTelling)
  const heads = targets.map(({ name }) => html`<th>${prose(name)}</th>`)
  const chapters = (shown: ReadonlyArray<Matrix.Row>) =>
    Requirement.groups.flatMap((group) => {
      const own = shown.filter(({ requirement }) => requirement.group === group)
      return own.length === 0
        ? []
        : [
            html`<tr><th colspan="${targets.length + 2}" align="left">${Requirement.groupTitles[group]}</th></tr>\n`,
            ...own.map(
              ({ requirement: { id, title }, statuses }) =>
                html`<tr><td>${code(id)}</td><td>${prose(title)}</td>${statuses.map((status) => html`<td align="center">${marks[status]}</td>`)}</tr>\n`
            )
          ]
    })
  const full = (shown: ReadonlyArray<Matrix.Row>) => html`<table>
<tr><th>Requirement</th><th>Holds when</th>${heads}</tr>
${chapters(shown)}</table>`
  const present = statuses.filter((status) => rows.some((row) => row.statuses.includes(status)))
  const start = [
    `## ${marks[verdictMarks[verdict]]} ${verdictTitles[verdict]}: ${count(targets.length, "server")}\n`,
    block(html`<table>
<tr><th>Server</th><th>Verdict</th><th>Target</th></tr>
${targets.map(
  ({ name, report }) =>
    html`<tr><td>${prose(name)}</td><td>${marks[verdictMarks[report.verdict]]} ${prose(verdictOf(report))}</td><td>${code(report.target)}</td></tr>\n`
)}</table>`),
    ...(telling.length === 0 ? [] : [block(full(telling))]),
    block(
      html`<p>${present.map((status) => `${marks[status]} ${status}`).join(", ")}. Seed ${seed}, budget ${budget}.</p>`
    )
  ].join("\n")
  const all = block(html`<details>
<summary>All ${count(rows.length, "requirement")}</summary>
${full(rows)}
</details>`)
  return fitted(start, [{ text: all, name: "the table of all requirements" }], limits.comment)
}

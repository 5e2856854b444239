import * as Crypto from "node:crypto"
import type { Status } from "../../report/Report.js"
import { marks } from "../../report/summary.js"
import { version } from "../../text/version.js"
import { count, numbers } from "../../text/words.js"
import { html, Markup } from "./markup.js"
import { script } from "./script.js"
import { style } from "./style.js"

/** A page of its own around its parts. `filters` are rules of style by which rows are hidden. */
export const page = ({
  banner,
  filters,
  main,
  navigation,
  title
}: {
  readonly title: string
  readonly filters: string
  readonly banner: Markup
  readonly navigation: ReadonlyArray<Markup>
  readonly main: ReadonlyArray<Markup | undefined>
}): string => {
  const styles = new Markup(style.replace("FILTERS", filters))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy(styles)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${styles}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${banner}
<nav aria-label="Sections">
<ul>
${navigation.map((link) => html`<li>${link}</li>\n`)}</ul>
</nav>
<main id="main" tabindex="-1">
${main.map((section) => html`${section}\n`)}</main>
<footer>
<p>Written by inbox-contract ${version}. The token that was sent with is not in this page; the content of messages is.</p>
</footer>
<p class="hidden" role="status" id="told"></p>
<script>${scriptMarkup}</script>
</body>
</html>
`.source
}

const scriptMarkup = new Markup(script)

const hashOf = ({ source }: Markup): string => `'sha256-${Crypto.createHash("sha256").update(source).digest("base64")}'`

const policy = (styles: Markup): string =>
  [
    "default-src 'none'",
    `style-src ${hashOf(styles)}`,
    `script-src ${hashOf(scriptMarkup)}`,
    "base-uri 'none'",
    "form-action 'none'"
  ].join("; ")

/** A point in time. */
export const instant = (text: string): Markup =>
  html`<time datetime="${text}">${text.replace("T", " ").replace(/\.\d+Z$|Z$/, " UTC")}</time>`

export const badge = (status: Status): Markup =>
  html`<span class="badge ${status}"><span aria-hidden="true">${marks[status]} </span>${status}</span>`

/** Terms with what they are. */
export const facts = (all: ReadonlyArray<readonly [string, Markup | string]>): Markup => html`<dl class="facts">
${all.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
</dl>`

/** A bar, as wide for each status as it has its share. */
export const tally = (amounts: ReadonlyMap<Status, number>): Markup => {
  const total = [...amounts.values()].reduce((sum, amount) => sum + amount, 0)
  const label = [...amounts].map(([status, amount]) => `${amount} ${status}`).join(", ")
  let from = 0
  return html`<svg class="tally" viewBox="0 0 ${total} 1" preserveAspectRatio="none" role="img" aria-label="${count(total, "requirement")}: ${label}">
${[...amounts].map(([status, amount]) => {
  const bar = html`<rect class="fill-${status}" x="${from}" y="0" width="${amount}" height="1"/>`
  from += amount
  return bar
})}
</svg>`
}

/** Legend of the marks, with their numbers. */
export const legend = (amounts: ReadonlyMap<Status, number>): Markup => html`<ul class="legend">
${[...amounts].map(([status, amount]) => html`<li>${badge(status)} ${numbers.format(amount)}</li>`)}
</ul>`

/** A choice of what is shown; the first is made. */
export const filter = (choices: ReadonlyArray<readonly [id: string, label: Markup | string]>): Markup =>
  html`<fieldset class="filter"><legend>Show</legend>
${choices.map(
  ([id, label], position) =>
    html`<label><input type="radio" name="show" id="show-${id}"${position === 0 ? new Markup(" checked") : undefined}> ${label}</label>\n`
)}</fieldset>`

export const requirementLink = (id: string): Markup => html`<a href="#requirement-${id}"><code>${id}</code></a>`

/** A line to be pasted elsewhere. A long one can be scrolled, so it takes the focus. */
export const paste = (text: string, what: string): Markup =>
  html`<div class="paste" data-what="${what}"><pre tabindex="0" role="group" aria-label="${what}"><code>${text}</code></pre></div>`

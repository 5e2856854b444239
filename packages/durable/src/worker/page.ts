/** The page: what waits, what failed and why, what is in doubt; and for each doubt its evidence, and how to settle it. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Message } from "../outbox/message.js"
import type { Line } from "./gauges.js"
import { html, type Markup, nothing } from "./markup.js"
import type { ThreadMessage } from "./thread.js"

const document = (title: string, body: Markup, refresh: boolean): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
${refresh ? html`<meta http-equiv="refresh" content="5">` : nothing}
<title>${title}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
${body}
</body>
</html>
`.markup

const time = (at: DateTime.Utc): Markup => {
  const iso = DateTime.formatIso(at)
  return html`<time datetime="${iso}">${iso.replace("T", " ").slice(0, 19)} UTC</time>`
}

const why = (message: Message): string => {
  const { outcome } = message
  if (outcome?._tag === "Refused") {
    return outcome.expired ? "It has waited for too long" : (outcome.error?._tag ?? "Refused")
  }
  return message.lastError?._tag ?? ""
}

const doubtWords = {
  Syncing: "the server was still syncing the thread",
  Several: "several messages fit",
  Doubtful: "a message nearly fits",
  Unreadable: "a message of the thread cannot be read",
  Incomplete: "the thread was not read back far enough",
  Unreachable: "the thread could not be read",
  Unidentified: "another message of this text was sent, nobody knows as which"
} as const

const reasonsOf = (message: Message): string =>
  message.outcome?._tag === "Doubt"
    ? message.outcome.evidence.reasons.map((reason) => doubtWords[reason]).join("; ")
    : ""

const linkTo = ({ key }: Message): Markup =>
  html`<a href="/doubt?key=${encodeURIComponent(key)}"><code>${key}</code></a>`

const table = (heads: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<Markup | string>>): Markup =>
  html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) => html`<tr>${cells.map((cell, index) => html`<td data-label="${heads[index] ?? ""}">${cell}</td>`)}</tr>
`
  )}</tbody></table>`

const stateWords: Readonly<Record<Message["state"], string>> = {
  queued: "waiting",
  sending: "being sent",
  unknown: "delivery unknown",
  reconciling: "being looked for",
  doubt: "in doubt",
  sent: "sent",
  refused: "refused",
  abandoned: "given up"
}

const counts = (lines: ReadonlyArray<Line>): Markup => {
  const shown = [
    ["queued", ""],
    ["sending", ""],
    ["unknown", ""],
    ["reconciling", ""],
    ["doubt", "doubt"],
    ["refused", "bad"]
  ] as const
  return html`<dl class="counts">${shown.map(([state, look]) => {
    const line = lines.find((each) => each.state === state)
    const age =
      line === undefined || state === "refused"
        ? nothing
        : html`<small>oldest ${Duration.format(Duration.seconds(Math.round(line.age / 1000)))}</small>`
    const count = line?.count ?? 0
    return html`<div><dt>${stateWords[state]}</dt><dd class="${count > 0 ? look : ""}">${count}</dd>${age}</div>`
  })}</dl>`
}

/** Contents of the first page. */
export interface Overview {
  readonly lines: ReadonlyArray<Line>
  readonly doubts: ReadonlyArray<Message>
  readonly refused: ReadonlyArray<Message>
  readonly waiting: ReadonlyArray<Message>
  /** Rows of each list at most. */
  readonly limit: number
}

const list = (title: string, none: string, messages: ReadonlyArray<Message>, limit: number, rows: Markup): Markup =>
  html`<h2>${title}</h2>${messages.length === 0 ? html`<p>${none}</p>` : rows}${
    messages.length < limit ? nothing : html`<p>Only the first ${limit} are shown.</p>`
  }`

export const overview = ({ doubts, limit, lines, refused, waiting }: Overview): string =>
  document(
    doubts.length === 0 ? "Outbox" : `Outbox: ${doubts.length} in doubt`,
    html`<h1>Outbox</h1>${counts(lines)}
${list(
  "In doubt",
  "Nothing is in doubt.",
  doubts,
  limit,
  table(
    ["Message", "Thread", "Since", "Why nobody can tell"],
    doubts.map((message) => [
      linkTo(message),
      html`<code>${message.threadId}</code>`,
      time(message.changedAt),
      reasonsOf(message)
    ])
  )
)}
${list(
  "Refused",
  "Nothing was refused.",
  refused,
  limit,
  table(
    ["Message", "Thread", "Since", "Why", "Attempts"],
    refused.map((message) => [
      html`<code>${message.key}</code>`,
      html`<code>${message.threadId}</code>`,
      time(message.changedAt),
      why(message),
      String(message.attempts)
    ])
  )
)}
${list(
  "Waiting the longest",
  "Nothing waits.",
  waiting,
  limit,
  table(
    ["Message", "Thread", "Enqueued", "State", "Last failure", "Due"],
    waiting.map((message) => [
      html`<code>${message.key}</code>`,
      html`<code>${message.threadId}</code>`,
      time(message.enqueuedAt),
      stateWords[message.state],
      why(message),
      time(message.dueAt)
    ])
  )
)}`,
    true
  )

/** Contents of the page of a doubt. */
export interface Doubt {
  readonly message: Message
  readonly content: string | null
  /** The messages of the thread around it, oldest first; `undefined` where the thread cannot be read. */
  readonly thread: ReadonlyArray<ThreadMessage> | undefined
}

const choice = (value: string, words: string, consequence: string): Markup =>
  html`<button name="decision" value="${value}" title="${consequence}">${words}</button>`

const form = (key: string): Markup => html`<form method="post" action="/settle">
<input type="hidden" name="key" value="${key}">
<label>Your name <input name="by" required maxlength="200" autocomplete="name"></label>
${choice("Delivered", "It was delivered", "The thread goes on, and the message is not sent again")}
${choice("SendAgain", "Send it again", "The other side reads it twice if it was delivered after all")}
${choice("GiveUp", "Give it up", "The thread goes on without the message")}
</form>`

const threadOf = (thread: Doubt["thread"], candidates: ReadonlyArray<string>): Markup =>
  thread === undefined
    ? html`<p>The thread cannot be read right now.</p>`
    : html`<ol class="thread">${thread.map(
        ({ at, content, id, origin }) => html`<li class="${candidates.includes(id) ? "candidate" : ""}">
<small>${time(at)} · ${origin} · <code>${id}</code>${candidates.includes(id) ? " · may be it" : ""}</small>
<span class="text">${content}</span></li>`
      )}</ol>`

export const doubt = ({ content, message, thread }: Doubt): string => {
  const { outcome } = message
  const evidence = outcome?._tag === "Doubt" ? outcome.evidence : undefined
  return document(
    `In doubt: ${message.key}`,
    html`<p><a href="/">Outbox</a></p><h1><code>${message.key}</code></h1>
${
  evidence === undefined
    ? html`<p>This message is not in doubt: it is ${stateWords[message.state]}.</p>`
    : html`<p>Nobody can tell whether this message was delivered: ${reasonsOf(message)}. The request may have left between
${time(evidence.window.from)} and ${time(evidence.window.until)}. Thread <code>${message.threadId}</code> waits for your decision.</p>
<h2>Text</h2><p class="text">${content ?? "The text is forgotten."}</p>
<h2>Decide</h2>${form(message.key)}
<h2>The thread around that time</h2>${threadOf(thread, evidence.candidates)}`
}`,
    false
  )
}

/** A page with one sentence. */
export const notice = (title: string, sentence: string): string =>
  document(title, html`<p><a href="/">Outbox</a></p><h1>${title}</h1><p>${sentence}</p>`, false)

/**
 * Everything about one request or message: what was asked, what was answered, what it came to.
 */

/** @import * as Model from "../model.js" */
/** @import { Decision } from "@inbox-effect/client/Delivery" */
import { replyTo } from "../actions/conversation.js"
import { resend, showAsSent } from "../actions/details.js"
import * as Faults from "../faults.js"
import { counted, date, duration, exactClock, length } from "../format.js"
import { html, nothing } from "../lit-html/lit-html.js"
import * as Routes from "../route.js"
import { countInvisible } from "../text.js"
import { judge } from "../verdict.js"
import { body, headers, json, revealed } from "./body.js"
import { copyButton, foreign, statusPill } from "./parts.js"

/** @type {Readonly<Record<Decision["retry"], string>>} */
const retries = {
  Yes: "tries again by itself",
  AfterRetryAfter: "waits as Retry-After says, and tries again",
  WithFreshToken: "tries again only with a fresh token",
  OnlyUnsafely: "does not send again by itself: that might deliver the message twice",
  No: "does not try again: it would not help",
  Never: "never sends again: the message is there"
}

/** @type {Readonly<Record<Decision["delivery"], string>>} */
const tones = { NotDelivered: "good", Unknown: "warn", Delivered: "fault" }

/** @param {Model.Exchange} exchange */
const isStored = ({ messageId }) => messageId !== null

/**
 * @param {Model.Exchange} exchange
 * @param {Decision} decision
 */
const lesson = (exchange, { delivery }) => {
  if (delivery === "Unknown" && isStored(exchange)) {
    return html`<p>
      The message is stored, and its client cannot tell this from a request that never arrived. To send again is to
      deliver twice. This is what <code>delivery: "Unknown"</code> is for: ask, or look it up, before you repeat.
    </p>`
  }
  if (delivery === "Unknown") {
    return html`<p>
      Nothing is stored, and still the client cannot know: it sees the same after a connection that broke a moment
      later, with the message stored.
    </p>`
  }
  if (delivery === "Delivered") {
    return html`<p>
      The status said that the message was taken, and the body cannot be read as one. The message is there: a client
      that sends again delivers it twice.
    </p>`
  }
  return nothing
}

/**
 * @param {Model.Exchange} exchange
 * @param {ReadonlyArray<Decision>} decisions
 */
const verdict = (exchange, decisions) => {
  const judged = judge(exchange, decisions)
  if (judged === null) return nothing
  const truth = isStored(exchange) ? "Stored" : "Not stored"
  const known = judged === "Message" ? "Delivered" : judged.delivery
  return html`
    <section class="verdict" data-tone=${judged === "Message" ? "good" : tones[judged.delivery]} aria-label="What it came to">
      <dl>
        <div><dt>In truth</dt><dd>${truth}</dd></div>
        <div><dt>The client knows</dt><dd>${known}</dd></div>
        ${judged === "Message" ? nothing : html`<div><dt>Its error</dt><dd><code>${judged.error}</code></dd></div>`}
      </dl>
      ${judged === "Message" ? nothing : html`${lesson(exchange, judged)}<p>By default it ${retries[judged.retry]}.</p>`}
    </section>
  `
}

/** @param {Model.Exchange} exchange */
const refusal = ({ refusal }) =>
  refusal === null
    ? nothing
    : html`<p class="callout" data-tone="bad"><strong>${refusal.code}</strong> ${refusal.message}</p>`

/** @param {Model.Exchange} exchange */
const faults = ({ faults }) =>
  faults.map(
    (fault) =>
      html`<p class="callout" data-tone="fault"><strong>${Faults.name(fault)}.</strong> ${Faults.deed(fault)}</p>`
  )

/** @param {Model.Exchange} exchange */
const curlButton = ({ curl: { line, note } }) =>
  line === null
    ? html`<button type="button" class="button" disabled title=${note ?? ""}>Copy as curl</button>`
    : copyButton("Copy as curl", () => line, "The token comes from $INBOX_API_TOKEN")

/** @param {Model.Exchange} exchange */
const resendButton = (exchange) =>
  exchange.curl.line === null || exchange.teamId === null
    ? nothing
    : html`<button
        type="button"
        class="button"
        title="As the team that sent it, through the faults that are set"
        @click=${() => resend(exchange)}
      >Send again</button>`

/** @param {Model.Exchange | null} exchange */
const curlNote = (exchange) =>
  exchange === null || exchange.curl.note === null ? nothing : html`<p class="note">${exchange.curl.note}.</p>`

const link = () => location.href

/** @type {Readonly<Record<Model.Exchange["delivered"], string>>} */
const arrivals = {
  Complete: "",
  Partial: "The client got a part of this.",
  Nothing: "The client got nothing of this."
}

/**
 * @param {Model.Exchange} exchange
 * @param {boolean} asSent
 */
const answer = ({ answer, delivered, status }, asSent) =>
  answer === null
    ? html`<p class="note">No answer was sent.</p>`
    : html`
        ${arrivals[delivered] === "" ? nothing : html`<p class="callout" data-tone="fault">${arrivals[delivered]}</p>`}
        <p class="start-line">HTTP/1.1 ${status}</p>
        ${headers(answer.headers)} ${body(answer.body, asSent)}
      `

/** @param {boolean} asSent */
const layoutChoice = (asSent) => html`
  <div class="choices" role="group" aria-label="Bodies">
    <button type="button" class="choice" aria-pressed=${!asSent} @click=${() => showAsSent(false)}>Laid out</button>
    <button type="button" class="choice" aria-pressed=${asSent} @click=${() => showAsSent(true)}>As sent</button>
  </div>
`

/**
 * @param {Model.Exchange} exchange
 * @param {Model.State} state
 */
const exchangeParts = (exchange, { asSent, decisions }) => html`
  ${refusal(exchange)} ${faults(exchange)} ${verdict(exchange, decisions)}
  <section class="part">
    <div class="part-head">
      <h3>Request</h3>
      ${layoutChoice(asSent)}
    </div>
    <p class="start-line">${exchange.method === "" ? "unreadable" : exchange.method} ${revealed(exchange.path)}</p>
    ${headers(exchange.request.headers)} ${body(exchange.request.body, asSent)}
  </section>
  <section class="part">
    <div class="part-head">
      <h3>Answer</h3>
      <span class="quiet">${duration(exchange.durationMs)}</span>
    </div>
    ${answer(exchange, asSent)}
  </section>
`

/** @param {Model.StoredMessage} stored */
const messageParts = ({ exchangeId, message }) => html`
  ${
    message.origin === "external" || exchangeId !== null
      ? nothing
      : html`<p class="note">Its request is no longer remembered: the sandbox keeps the newest thousand.</p>`
  }
  <section class="part">
    <div class="part-head">
      <h3>Message as stored</h3>
      <span class="quiet">
        ${counted(length(message.content), "character")}${
          countInvisible(message.content) === 0 ? "" : `, ${countInvisible(message.content)} of them invisible`
        }
      </span>
    </div>
    ${json(message)}
  </section>
`

/** @param {Model.Details} details */
const title = ({ exchange, message }) => {
  if (exchange !== null)
    return html`${statusPill(exchange)} <span class="method">${exchange.method}</span> ${foreign(exchange.threadId ?? exchange.path)}`
  if (message === null) return "Nothing here"
  return message.message.origin === "external" ? "Received message" : "Sent message"
}

/** @param {Model.Details} details */
const when = ({ exchange, message }) => {
  const instant = exchange?.startedAt ?? message?.message.createdAt
  return instant === undefined
    ? nothing
    : html`<p class="when"><time datetime=${instant}>${date(instant)}, ${exactClock(instant)}</time></p>`
}

/** @param {Model.State} state */
const content = (state) => {
  const { details, route } = state
  if (details === null) {
    return html`<p class="quiet centred">${state.awaited === null ? "Loading …" : "On its way: it shows here when it has ended."}</p>`
  }
  const { exchange, isMissing, message } = details
  if (isMissing) {
    return html`<p class="note">The sandbox does not remember this. It keeps the newest thousand requests, and none from before its start.</p>`
  }
  const messageId = message?.message.id ?? exchange?.messageId ?? null
  const threadId = message?.message.threadId ?? exchange?.threadId ?? null
  return html`
    ${when(details)}
    <div class="actions start-aligned">
      ${exchange === null ? nothing : html`${curlButton(exchange)} ${resendButton(exchange)}`}
      ${copyButton("Copy link", link)}
      ${
        messageId === null || threadId === null
          ? nothing
          : html`${copyButton("Copy message id", () => messageId)}
              ${
                route.view === "thread"
                  ? html`<button type="button" class="button" @click=${() => {
                      replyTo(messageId)
                      document.getElementById("composer")?.focus()
                    }}>Reply as the other side</button>`
                  : html`<a class="button" href=${Routes.toHash({ view: "thread", threadId, messageId })}>Show in its thread</a>`
              }`
      }
    </div>
    ${curlNote(exchange)}
    ${exchange === null ? nothing : exchangeParts(exchange, state)} ${message === null ? nothing : messageParts(message)}
  `
}

/** @param {Model.State} state */
export const detailsView = (state) => {
  const { details, route } = state
  return html`
    <aside class="pane details" aria-label="Details">
      <div class="pane-head">
        <a class="button back" href=${Routes.toHash(Routes.withoutDetails(route))}>Back</a>
        <h2 tabindex="-1">${details === null ? "Details" : title(details)}</h2>
        <a class="button close" href=${Routes.toHash(Routes.withoutDetails(route))} aria-label="Close the details">Close</a>
      </div>
      <div class="scroller padded">${content(state)}</div>
    </aside>
  `
}

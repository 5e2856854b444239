/**
 * One entry of a conversation: a message of either side, or a send that stored none.
 */

/** @import * as Model from "../model.js" */
import { expand } from "../actions/conversation.js"
import * as Faults from "../faults.js"
import { counted, duration, exactClock, length } from "../format.js"
import { html, nothing } from "../lit-html/lit-html.js"
import * as Routes from "../route.js"
import { countInvisible, cutTo, isBlank } from "../text.js"
import { isUnknowable } from "../verdict.js"
import { revealed, straightened } from "./body.js"
import { opens, statusPill } from "./parts.js"

/** Length of a content that is shown before somebody asks for all of it. */
const shown = { units: 1_200, lines: 20 }

/** @param {Model.ExchangeSummary | undefined} exchange */
const faultBadges = (exchange) =>
  exchange === undefined
    ? nothing
    : exchange.faults.map((fault) => html`<span class="badge" data-tone="fault">${Faults.name(fault)}</span>`)

/**
 * @param {string} id
 * @param {string} content
 * @param {boolean} isExpanded
 */
const text = (id, content, isExpanded) => {
  if (isBlank(content))
    return html`<p class="content">${revealed(content)} <span class="quiet">nothing visible</span></p>`
  const beginning = isExpanded ? content : cutTo(content, shown.units, shown.lines)
  return html`
    <p class="content" dir="auto">${straightened(beginning)}</p>
    ${
      beginning !== content
        ? html`<button type="button" class="button more" @click=${() => expand(id)}>
          Show all ${counted(length(content), "character")}
        </button>`
        : nothing
    }
  `
}

/** @param {Model.StoredMessage["message"]} message */
const quoted = ({ replyData }) => {
  const content = /** @type {{ content?: unknown } | null} */ (replyData)?.content
  return typeof content === "string"
    ? html`<blockquote class="quoted" dir="auto">${straightened(cutTo(content, 160))}</blockquote>`
    : nothing
}

/** @param {string} content */
const invisibleNote = (content) => {
  const invisible = countInvisible(content)
  return invisible === 0 || isBlank(content)
    ? nothing
    : html`<span class="quiet">${counted(invisible, "invisible character")}</span>`
}

/**
 * @param {Model.StoredMessage} stored
 * @param {Model.ExchangeSummary | undefined} exchange
 * @param {{ readonly isSelected: boolean, readonly isExpanded: boolean, readonly decisions: Model.State["decisions"] }} how
 */
export const messageEntry = ({ message }, exchange, { decisions, isExpanded, isSelected }) => {
  const isReceived = message.origin === "external"
  const hash = Routes.toHash({ view: "thread", threadId: message.threadId, messageId: message.id })
  const isUnknown = exchange !== undefined && isUnknowable(exchange, decisions)
  return html`
    <li class="entry" data-side=${isReceived ? "received" : "sent"} ?data-unknown=${isUnknown} ?data-selected=${isSelected}>
      <article class="bubble" @click=${opens(hash)}>
        ${quoted(message)} ${text(message.id, message.content, isExpanded)}
        <footer class="meta">
          ${isReceived || exchange === undefined ? nothing : statusPill(exchange)} ${faultBadges(exchange)}
          ${invisibleNote(message.content)}
          <a href=${hash} aria-current=${isSelected ? "true" : nothing}>
            <span class="visually-hidden">${isReceived ? "Received" : "Sent"} at</span>
            <time datetime=${message.createdAt}>${exactClock(message.createdAt)}</time>
          </a>
          ${exchange === undefined ? nothing : html`<span>${duration(exchange.durationMs)}</span>`}
        </footer>
        ${isUnknown ? html`<p class="lesson">Stored, but its client cannot know.</p>` : nothing}
      </article>
    </li>
  `
}

/**
 * @param {Model.ExchangeSummary} exchange
 * @param {boolean} isSelected
 */
export const refusedEntry = (exchange, isSelected) => {
  const hash = Routes.toHash({ view: "thread", threadId: exchange.threadId ?? "", exchangeId: exchange.id })
  return html`
    <li class="entry" data-side="sent" data-refused ?data-selected=${isSelected}>
      <article class="bubble" @click=${opens(hash)}>
        <p class="reason">
          ${exchange.refusal === null ? "Not stored" : html`<strong>${exchange.refusal.code}</strong> ${exchange.refusal.message}`}
        </p>
        ${exchange.preview === null || exchange.preview === "" ? nothing : html`<p class="content" dir="auto">${straightened(exchange.preview)}</p>`}
        <footer class="meta">
          ${statusPill(exchange)} ${faultBadges(exchange)}
          <a href=${hash} aria-current=${isSelected ? "true" : nothing}>
            <span class="visually-hidden">Refused at</span>
            <time datetime=${exchange.startedAt}>${exactClock(exchange.startedAt)}</time>
          </a>
          <span>${duration(exchange.durationMs)}</span>
        </footer>
      </article>
    </li>
  `
}

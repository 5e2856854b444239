/**
 * The messages of one thread, oldest first, and the sends into it that stored none.
 */

/** @import * as Model from "../model.js" */
import { loadOlder, seen } from "../actions/conversation.js"
import { counted, date } from "../format.js"
import { guard } from "../lit-html/directives/guard.js"
import { ref } from "../lit-html/directives/ref.js"
import { repeat } from "../lit-html/directives/repeat.js"
import { html, nothing } from "../lit-html/lit-html.js"
import { reading, state } from "../state.js"
import { composer } from "./composer.js"
import { messageEntry, refusedEntry } from "./entry.js"
import { nextSend } from "./nextSend.js"
import { copyButton, empty } from "./parts.js"
import { start } from "./start.js"

/**
 * @typedef {(
 *   | { readonly id: string, readonly at: string, readonly stored: Model.StoredMessage }
 *   | { readonly id: string, readonly at: string, readonly refused: Model.ExchangeSummary }
 * )} Entry
 */

/** @param {Model.Conversation} conversation */
const byMessage = ({ exchanges }) => {
  /** @type {Map<string, Model.ExchangeSummary>} */
  const found = new Map()
  for (const exchange of exchanges.values()) {
    if (exchange.messageId !== null) found.set(exchange.messageId, exchange)
  }
  return found
}

/**
 * In the order in which they happened. Sends that stored nothing are left out where the messages around them have not
 * been loaded.
 *
 * @param {Model.Conversation} conversation
 * @returns {ReadonlyArray<Entry>}
 */
const entriesOf = ({ exchanges, messages, nextBefore }) => {
  const oldest = nextBefore === null ? "" : (messages[0]?.message.createdAt ?? "")
  const refused = [...exchanges.values()].filter(
    ({ messageId, method, startedAt }) => messageId === null && method === "POST" && startedAt >= oldest
  )
  return [
    ...messages.map((stored) => ({ id: stored.message.id, at: stored.message.createdAt, stored })),
    ...refused.map((exchange) => ({ id: exchange.id, at: exchange.startedAt, refused: exchange }))
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

/** Pixels from its end within which a list counts as being at it. */
const nearness = 48

/** @type {HTMLElement | undefined} */
let scroller

/** @type {string | undefined} */
let shownThread

/** @param {Model.Conversation} conversation */
const hasNothingSent = ({ exchanges, messages, nextBefore }) =>
  nextBefore === null && exchanges.size === 0 && messages.every(({ message }) => message.origin === "external")

/** Tells whether the newest message is to stay in sight. The lines that say how to send a first one are read from their
 * beginning. */
const staysAtNewest = () => reading.isAtNewest && state.conversation !== null && !hasNothingSent(state.conversation)

const toNewest = () => scroller?.scrollTo({ top: scroller.scrollHeight })

/** Rows get their true height when they come into sight: whoever is at the end stays there. */
const sizes = new ResizeObserver(() => {
  if (staysAtNewest()) toNewest()
})

/** @param {Element | undefined} element */
const onScroller = (element) => {
  scroller = /** @type {HTMLElement | undefined} */ (element)
}

/** @param {Element | undefined} element */
const onList = (element) => {
  sizes.disconnect()
  if (element !== undefined) sizes.observe(element)
}

/** Pixels from the beginning of what is loaded at which the page before it is asked for. */
const ahead = 600

const wantsOlder = () => scroller !== undefined && scroller.scrollTop < ahead && state.conversation?.nextBefore != null

const onScroll = () => {
  const { conversation } = state
  if (scroller === undefined || conversation === null) return
  const distance = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight
  reading.isAtNewest = distance < nearness || hasNothingSent(conversation)
  if (reading.isAtNewest && state.unseen > 0) seen()
  if (!wantsOlder()) return
  // At the very top, browsers do not hold what is in sight in its place when something comes in above.
  if (scroller.scrollTop < 1) scroller.scrollTop = 1
  void loadOlder()
}

const holdsPlace = CSS.supports("overflow-anchor: auto")

/** @type {{ readonly oldest: string | undefined, readonly height: number }} */
let drawn = { oldest: undefined, height: 0 }

/** Keeps in sight what its reader was looking at: the newest, or the same as before an older page came in above it. */
export const afterDraw = () => {
  const { conversation } = state
  if (conversation?.threadId !== shownThread) {
    shownThread = conversation?.threadId
    reading.isAtNewest = true
  }
  if (scroller === undefined) return
  const oldest = conversation?.messages[0]?.message.id
  const isExtended = oldest !== drawn.oldest && !reading.isAtNewest
  if (staysAtNewest()) toNewest()
  else if (isExtended && !holdsPlace) scroller.scrollTop += scroller.scrollHeight - drawn.height
  drawn = { oldest, height: scroller.scrollHeight }
  if (isExtended && wantsOlder()) void loadOlder()
}

/**
 * @param {Entry} entry
 * @param {Entry | undefined} before
 */
const dayOf = (entry, before) => {
  const day = date(entry.at)
  return before !== undefined && date(before.at) === day ? nothing : html`<li class="day"><span>${day}</span></li>`
}

/**
 * @param {Model.State} state
 * @param {Model.Conversation} conversation
 */
const list = ({ decisions, expanded, route }, conversation) => {
  const exchanges = byMessage(conversation)
  const entries = entriesOf(conversation)
  const messageId = route.view === "thread" ? route.messageId : undefined
  const exchangeId = route.view === "thread" ? route.exchangeId : undefined
  return html`
    <ol class="entries" aria-label="Messages" ${ref(onList)}>
      ${conversation.nextBefore === null ? nothing : html`<li class="quiet centred">Loading older messages …</li>`}
      ${repeat(
        entries,
        ({ id }) => id,
        (entry, index) => {
          const before = entries[index - 1]
          if ("refused" in entry) {
            const isSelected = entry.id === exchangeId
            return guard(
              [entry.refused, isSelected, before?.at],
              () => html`${dayOf(entry, before)}${refusedEntry(entry.refused, isSelected)}`
            )
          }
          const exchange = exchanges.get(entry.id)
          const isSelected = entry.id === messageId
          const isExpanded = expanded.has(entry.id)
          return guard(
            [entry.stored, exchange, isSelected, isExpanded, decisions, before?.at],
            () =>
              html`${dayOf(entry, before)}${messageEntry(entry.stored, exchange, { isSelected, isExpanded, decisions })}`
          )
        }
      )}
    </ol>
  `
}

/** @param {Model.State} state */
const newer = ({ unseen }) =>
  unseen === 0
    ? nothing
    : html`<button type="button" class="button newer" @click=${() => {
        reading.isAtNewest = true
        seen()
        toNewest()
      }}>
        ${counted(unseen, "new message")} ↓
      </button>`

/**
 * @param {Model.State} state
 * @param {string} threadId
 */
export const conversationView = (state, threadId) => {
  const { conversation } = state
  const isHere = conversation !== null && conversation.threadId === threadId
  return html`
    <section class="pane main" aria-label="Thread">
      <div class="pane-head">
        <a class="button back" href="#/">Threads</a>
        <h2 class="id" tabindex="-1">${threadId}</h2>
        ${copyButton("Copy id", () => threadId)}
      </div>
      ${
        !isHere
          ? html`<div class="scroller"><p class="quiet centred">Loading …</p></div>`
          : conversation.isMissing
            ? html`<div class="scroller">${empty("There is no such thread", html`<p>It may have been in a sandbox that has ended since.</p>`)}</div>`
            : html`
                <div class="scroller conversation" @scroll=${onScroll} tabindex="0" role="region" aria-label="Messages" ${ref(onScroller)}>
                  ${list(state, conversation)}
                  ${
                    hasNothingSent(conversation)
                      ? empty(
                          "Nothing has been sent into this thread yet",
                          html`<p>Send a first message:</p>${start(threadId)}`
                        )
                      : nothing
                  }
                </div>
                ${newer(state)} ${nextSend(state, threadId)} ${composer(state, conversation)}
              `
      }
    </section>
  `
}

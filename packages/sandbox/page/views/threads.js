/**
 * The list at the left: all traffic, what the sandbox does wrong, and the threads.
 */

import { brief, counted } from "../format.js"
import { repeat } from "../lit-html/directives/repeat.js"
/** @import * as Model from "../model.js" */
import { html, nothing } from "../lit-html/lit-html.js"
import * as Routes from "../route.js"
import { showNewThread } from "./newThread.js"
import { foreign } from "./parts.js"

/**
 * @param {string} href
 * @param {boolean} isCurrent
 * @param {unknown} label
 * @param {unknown} [badge]
 */
const place = (href, isCurrent, label, badge = nothing) => html`
  <li><a class="place" href=${href} aria-current=${isCurrent ? "page" : nothing}>${label}${badge}</a></li>
`

/** @param {Model.Thread} thread */
const preview = ({ lastMessage }) =>
  lastMessage === null
    ? html`<span class="thread-preview quiet">No messages yet</span>`
    : html`<span class="thread-preview">
        <span class="direction" title=${lastMessage.origin === "external" ? "received" : "sent"} aria-hidden="true">
          ${lastMessage.origin === "external" ? "↙" : "↗"}
        </span>
        ${foreign(lastMessage.content)}
      </span>`

/**
 * @param {Model.Thread} thread
 * @param {boolean} isCurrent
 */
const threadItem = (thread, isCurrent) => html`
  <li>
    <a
      class="thread"
      href=${Routes.toHash({ view: "thread", threadId: thread.id })}
      aria-current=${isCurrent ? "page" : nothing}
    >
      <span class="thread-head">
        <span class="id">${thread.id}</span>
        <time datetime=${thread.lastActivityAt}>${brief(thread.lastActivityAt)}</time>
      </span>
      ${preview(thread)}
      <span class="thread-counts">
        ${counted(thread.messageCount - thread.inboundCount, "sent", "sent")} ·
        ${counted(thread.inboundCount, "received", "received")}
      </span>
    </a>
  </li>
`

/** @param {Model.State} state */
const threadList = ({ route, threads }) => {
  if (threads === null) return html`<p class="quiet padded">Loading …</p>`
  if (threads.length === 0) return html`<p class="quiet padded">There is no thread yet.</p>`
  return html`
    <ul class="threads" aria-label="Threads">
      ${repeat(
        threads,
        ({ id }) => id,
        (thread) => threadItem(thread, route.view === "thread" && route.threadId === thread.id)
      )}
    </ul>
  `
}

/** @param {Model.State} state */
export const navigation = (state) => {
  const { faults, route, settings } = state
  return html`
    <nav class="pane nav" aria-label="Sandbox">
      <ul class="places">
        ${place("#/traffic", route.view === "traffic" || route.view === "home", "All traffic")}
        ${place(
          "#/faults",
          route.view === "faults",
          "Faults",
          faults.length === 0 ? nothing : html`<span class="badge" data-tone="fault">${faults.length} on</span>`
        )}
        ${place(
          "#/settings",
          route.view === "settings",
          "Settings",
          settings?.rateLimits === true ? html`<span class="badge" data-tone="warn">limits on</span>` : nothing
        )}
      </ul>
      <div class="nav-head">
        <h2>Threads</h2>
        <button type="button" class="button" @click=${showNewThread}>New thread</button>
      </div>
      ${threadList(state)}
    </nav>
  `
}

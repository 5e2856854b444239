/**
 * Every request to the API, the newest first, whatever became of it.
 */

/** @import * as Model from "../model.js" */
import { loadMoreTraffic, searchFor, showOnly } from "../actions/traffic.js"
import * as Faults from "../faults.js"
import { duration, exactClock } from "../format.js"
import { guard } from "../lit-html/directives/guard.js"
import { repeat } from "../lit-html/directives/repeat.js"
import { html, nothing } from "../lit-html/lit-html.js"
import * as Routes from "../route.js"
import { reading } from "../state.js"
import { isUnknowable, meets } from "../verdict.js"
import { empty, foreign, statusPill } from "./parts.js"
import { start } from "./start.js"

/** @type {ReadonlyArray<readonly [outcome: Model.Outcome, label: string]>} */
const outcomes = [
  ["all", "All"],
  ["stored", "Stored"],
  ["refused", "Refused"],
  ["faulty", "Faulty"]
]

/** @param {Model.ExchangeSummary} exchange */
const gist = ({ preview, refusal }) => html`
  <span class="gist">
    ${refusal === null ? nothing : html`<span class="reason"><strong>${refusal.code}</strong> ${refusal.message}</span>`}
    ${preview === null ? nothing : html`<span class="gist-content">${foreign(preview)}</span>`}
  </span>
`

/**
 * @param {Model.ExchangeSummary} exchange
 * @param {boolean} isSelected
 * @param {Pick<Model.State, "decisions" | "outcome" | "search">} state
 */
const row = (exchange, isSelected, { decisions, outcome, search }) => html`
  <li>
    <a
      class="exchange"
      href=${Routes.toHash({ view: "traffic", exchangeId: exchange.id, search, outcome })}
      aria-current=${isSelected ? "true" : nothing}
    >
      <time datetime=${exchange.startedAt}>${exactClock(exchange.startedAt)}</time>
      ${statusPill(exchange)}
      <span class="target">${
        exchange.method === ""
          ? html`<span class="quiet">unreadable</span>`
          : html`<span class="method">${exchange.method}</span> ${foreign(exchange.threadId ?? exchange.path)}`
      }</span>
      ${gist(exchange)}
      <span class="badges">
        ${exchange.faults.map((fault) => html`<span class="badge" data-tone="fault">${Faults.name(fault)}</span>`)}
        ${isUnknowable(exchange, decisions) ? html`<span class="badge" data-tone="warn">stored, unknown to its client</span>` : nothing}
      </span>
      <span class="duration">${duration(exchange.durationMs)}</span>
    </a>
  </li>
`

/** @param {Model.State} state */
const nothingHere = ({ outcome, search, threads }) => {
  if (search !== "" || outcome !== "all") {
    return empty("Nothing matches", html`<p>The sandbox remembers the newest thousand requests.</p>`)
  }
  const [thread] = threads ?? []
  return empty(
    "No request has come in yet",
    html`<p>Whatever your application sends shows up here as it arrives.</p>
      ${thread === undefined ? nothing : start(thread.id)}`
  )
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

/**
 * Text of the search field while somebody types in it. It is ahead of the search that is shown, which must not replace it.
 *
 * @type {string | undefined}
 */
let typed

/** @param {InputEvent} event */
const onSearch = (event) => {
  const { value } = /** @type {HTMLInputElement} */ (event.target)
  typed = value
  clearTimeout(timer)
  timer = setTimeout(() => searchFor(value.trim()), 150)
}

const onLeft = () => {
  typed = undefined
}

/** @param {Event} event */
const onScroll = (event) => {
  const scroller = /** @type {HTMLElement} */ (event.currentTarget)
  reading.isAtNewest = scroller.scrollTop < 48
  if (scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 800) void loadMoreTraffic()
}

/** @param {Model.State} state */
const tools = ({ outcome, search }) => html`
  <search class="tools">
    <label class="visually-hidden" for="search">Search in all traffic</label>
    <input
      id="search"
      type="search"
      placeholder="Search contents, ids, statuses …"
      .value=${typed ?? search}
      @input=${onSearch}
      @blur=${onLeft}
      autocomplete="off"
      spellcheck="false"
    />
    <div class="choices" role="group" aria-label="Show">
      ${outcomes.map(
        ([value, label]) => html`
          <button type="button" class="choice" aria-pressed=${outcome === value} @click=${() => showOnly(value)}>
            ${label}
          </button>
        `
      )}
    </div>
  </search>
`

/** Number of rows that fill a screen: with fewer, and more to come, the next page is asked for. */
const screenful = 40

/** @param {Model.State} state */
const rows = (state) => {
  const { decisions, outcome, route, search, traffic } = state
  if (traffic === null) return html`<p class="quiet centred">Loading …</p>`
  const shown = traffic.exchanges.filter((exchange) => meets(exchange, outcome))
  if (shown.length < screenful && traffic.nextBefore !== null) void loadMoreTraffic()
  if (shown.length === 0 && traffic.nextBefore === null) return nothingHere(state)
  const selected = route.view === "traffic" ? route.exchangeId : undefined
  return html`
    <ol class="exchanges" aria-label="Requests">
      ${repeat(
        shown,
        ({ id }) => id,
        (exchange) =>
          guard([exchange, exchange.id === selected, decisions, outcome, search], () =>
            row(exchange, exchange.id === selected, state)
          )
      )}
    </ol>
  `
}

/** @param {Model.State} state */
export const trafficView = (state) => html`
  <section class="pane main" aria-label="All traffic">
    <div class="pane-head">
      <a class="button back" href="#/">Threads</a>
      <h2 tabindex="-1">All traffic</h2>
      ${tools(state)}
    </div>
    <div class="scroller" @scroll=${onScroll} tabindex="0" role="region" aria-label="Requests">${rows(state)}</div>
  </section>
`

/**
 * Settings: the rate limits, teams, tokens, and the end of all messages.
 */

/** @import * as Model from "../model.js" */
import { changeSettings } from "../actions/limits.js"
import { clearMessages, revokeToken } from "../actions/settings.js"
import { clock, date } from "../format.js"
import { live } from "../lit-html/directives/live.js"
import { repeat } from "../lit-html/directives/repeat.js"
import { html, nothing } from "../lit-html/lit-html.js"

/** @param {Model.State} state */
const limits = ({ settings }) =>
  settings === null
    ? nothing
    : html`
        <label class="check switch">
          <input
            type="checkbox"
            role="switch"
            .checked=${live(settings.rateLimits)}
            @change=${(/** @type {Event} */ event) =>
              changeSettings({ ...settings, rateLimits: /** @type {HTMLInputElement} */ (event.target).checked })}
          />
          <span>
            Enforce the rate limits
            <span class="quiet">
              300 requests a minute, 10,000 an hour and 100,000 a day for each team, all of them together. What is over is
              refused with 429. Without it, the limits only show in the headers.
            </span>
          </span>
        </label>
      `

/** @param {ReadonlyArray<Model.Team>} teams */
const teamTable = (teams) => html`
  <table class="teams">
    <thead>
      <tr><th scope="col">Team</th><th scope="col">Outbound messages</th></tr>
    </thead>
    <tbody>
      ${teams.map(
        ({ id, outboundAddon }) => html`
          <tr>
            <td class="id">${id}</td>
            <td>${outboundAddon ? "may write first into a thread" : "may only answer: it has no add-on"}</td>
          </tr>
        `
      )}
    </tbody>
  </table>
`

/**
 * @param {string} id
 * @returns {HTMLDialogElement}
 */
const dialog = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id))

/**
 * Asks before something is done that cannot be taken back.
 *
 * @param {{ readonly id: string, readonly question: unknown, readonly warning: unknown, readonly keep: string, readonly go: string, readonly act: () => unknown }} what
 */
const confirmation = ({ act, go, id, keep, question, warning }) => html`
  <dialog id=${id} aria-labelledby="${id}-title">
    <h2 id="${id}-title">${question}</h2>
    <p>${warning}</p>
    <div class="actions">
      <button type="button" class="button" @click=${() => dialog(id).close()}>${keep}</button>
      <button
        type="button"
        class="button danger"
        @click=${() => {
          dialog(id).close()
          void act()
        }}
      >${go}</button>
    </div>
  </dialog>
`

/** @param {Model.Token} token */
const tokenRow = ({ createdAt, id, teamId }) => html`
  <tr>
    <td class="id">${id}</td>
    <td class="id" data-label="of team">${teamId}</td>
    <td data-label="since"><time datetime=${createdAt}>${date(createdAt)}, ${clock(createdAt)}</time></td>
    <td class="act">
      <button type="button" class="button" aria-label="Revoke ${id}" @click=${() => dialog(`revoke-${id}`).showModal()}>
        Revoke
      </button>
      ${confirmation({
        id: `revoke-${id}`,
        question: "Revoke this token?",
        warning: html`Requests with the token whose SHA-256 begins with <span class="id">${id}</span> are refused from now on.`,
        keep: "Keep it",
        go: "Revoke",
        act: () => revokeToken(id)
      })}
    </td>
  </tr>
`

/** @param {ReadonlyArray<Model.Token>} tokens */
const tokenTable = (tokens) =>
  tokens.length === 0
    ? html`<p class="quiet">No token is accepted any more. A restart of the sandbox adds the one that it is started with.</p>`
    : html`
        <p class="quiet">A token is kept as its SHA-256, which names it here.</p>
        <div class="wide">
          <table class="teams tokens" aria-label="Tokens">
            <thead>
              <tr>
                <th scope="col">SHA-256 begins with</th>
                <th scope="col">Team</th>
                <th scope="col">Accepted since</th>
                <th scope="col"><span class="visually-hidden">Revoke</span></th>
              </tr>
            </thead>
            <tbody>
              ${repeat(tokens, ({ id }) => id, tokenRow)}
            </tbody>
          </table>
        </div>
      `

/** @param {Model.State} state */
export const settingsView = (state) => html`
  <section class="pane main" aria-label="Settings">
    <div class="pane-head">
      <a class="button back" href="#/">Threads</a>
      <h2 tabindex="-1">Settings</h2>
    </div>
    <div class="scroller padded prose">
      <section>
        <h2>Rate limits</h2>
        ${limits(state)}
      </section>
      <section>
        <h2>Teams</h2>
        <div class="wide">${teamTable(state.teams)}</div>
      </section>
      <section>
        <h2>Tokens</h2>
        ${tokenTable(state.tokens)}
      </section>
      <section>
        <h2>Messages</h2>
        <p class="quiet">Forgets every message and every request. The threads stay.</p>
        <div class="actions start-aligned">
          <button type="button" class="button danger" @click=${() => dialog("clear").showModal()}>Delete all messages</button>
        </div>
      </section>
      ${confirmation({
        id: "clear",
        question: "Delete all messages?",
        warning: "They cannot be brought back.",
        keep: "Keep them",
        go: "Delete",
        act: clearMessages
      })}
    </div>
  </section>
`

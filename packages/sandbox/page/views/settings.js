/**
 * What can be switched, and the end of everything.
 */

/** @import * as Model from "../model.js" */
import { changeSettings, clearMessages } from "../actions.js"
import { live } from "../lit-html/directives/live.js"
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

const clear = () => {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("clear"))
  dialog.showModal()
}

const confirmed = () => {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("clear"))
  dialog.close()
  void clearMessages()
}

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
        ${teamTable(state.teams)}
      </section>
      <section>
        <h2>Messages</h2>
        <p class="quiet">Forgets every message and every request. The threads stay.</p>
        <div class="actions start-aligned">
          <button type="button" class="button danger" @click=${clear}>Delete all messages</button>
        </div>
      </section>
      <dialog id="clear" aria-labelledby="clear-title">
        <h2 id="clear-title">Delete all messages?</h2>
        <p>They cannot be brought back.</p>
        <div class="actions">
          <button type="button" class="button" @click=${() => /** @type {HTMLDialogElement} */ (document.getElementById("clear")).close()}>
            Keep them
          </button>
          <button type="button" class="button danger" @click=${confirmed}>Delete</button>
        </div>
      </dialog>
    </div>
  </section>
`

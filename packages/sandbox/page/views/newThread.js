/**
 * The dialog that opens a thread.
 */

import { openThread } from "../actions/threads.js"
/** @import * as Model from "../model.js" */
import { html, nothing } from "../lit-html/lit-html.js"

const dialog = () => /** @type {HTMLDialogElement} */ (document.getElementById("new-thread"))

export const showNewThread = () => dialog().showModal()

/** @param {SubmitEvent} event */
const submit = async (event) => {
  event.preventDefault()
  const form = /** @type {HTMLFormElement} */ (event.target)
  const values = new FormData(form)
  const id = String(values.get("id") ?? "")
  const teamId = String(values.get("teamId") ?? "")
  dialog().close()
  const isOpen = await openThread({
    ...(id === "" ? {} : { id }),
    ...(teamId === "" ? {} : { teamId }),
    inbound: values.has("inbound")
  })
  if (isOpen) form.reset()
}

/** @param {ReadonlyArray<Model.Team>} teams */
const teamChoice = (teams) =>
  teams.length < 2
    ? nothing
    : html`
        <label class="field">
          <span>Team</span>
          <select name="teamId">
            ${teams.map(({ id }) => html`<option value=${id}>${id}</option>`)}
          </select>
        </label>
      `

/** @param {Model.State} state */
export const newThread = ({ teams }) => html`
  <dialog id="new-thread" aria-labelledby="new-thread-title">
    <form @submit=${submit}>
      <h2 id="new-thread-title">New thread</h2>
      <label class="field">
        <span>Identifier <span class="quiet">(made up when empty)</span></span>
        <input name="id" pattern="[0-9a-z]+" title="Digits and lower-case letters" autocomplete="off" spellcheck="false" />
      </label>
      ${teamChoice(teams)}
      <label class="check">
        <input type="checkbox" name="inbound" checked />
        <span>
          The other side has written already
          <span class="quiet">Without it, the first message is outbound: the team needs the add-on for that.</span>
        </span>
      </label>
      <div class="actions">
        <button type="button" class="button" @click=${() => dialog().close()}>Cancel</button>
        <button type="submit" class="button primary">Open</button>
      </div>
    </form>
  </dialog>
`

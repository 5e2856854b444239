/**
 * The next send into a thread: the faults that it will meet, and a way to set one.
 */

/** @import * as Model from "../model.js" */
import { addFault, removeFault } from "../actions/faults.js"
import * as Faults from "../faults.js"
import { html, nothing } from "../lit-html/lit-html.js"

/** @param {string} threadId */
const onChoice = (threadId) => async (/** @type {Event} */ event) => {
  const select = /** @type {HTMLSelectElement} */ (event.target)
  const fault = Faults.common[Number(select.value)]
  if (select.value === "" || fault === undefined) return
  await addFault({ fault, threadId, times: 1 })
  select.value = ""
}

/** @param {Model.FaultRule} rule */
const armed = ({ fault, id, remaining }) => html`
  <li class="badge" data-tone="fault">
    ${Faults.name(fault)}${remaining === null ? ", until removed" : remaining === 1 ? "" : ` × ${remaining}`}
    <button type="button" class="remove" aria-label="Remove ${Faults.name(fault)}" @click=${() => removeFault(id)}>×</button>
  </li>
`

/**
 * @param {Model.State} state
 * @param {string} threadId
 */
export const nextSend = ({ faults }, threadId) => {
  const due = faults.filter((rule) => rule.threadId === null || rule.threadId === threadId)
  return html`
    <div class="next-send">
      <span class="quiet">Next send</span>
      ${
        due.length === 0
          ? html`<span class="quiet">is served as it should be</span>`
          : html`<ul class="armed" aria-label="Faults of the next send">${due.map(armed)}</ul>`
      }
      <span class="next-choice">
        <label class="visually-hidden" for="next-send">Make the next send fail</label>
        <select id="next-send" @change=${onChoice(threadId)}>
          <option value="">Make it fail …</option>
          ${Faults.common.map((fault, index) => html`<option value=${index}>${Faults.name(fault)}</option>`)}
        </select>
        ${due.length === 0 ? nothing : html`<a href="#/faults">All faults</a>`}
      </span>
    </div>
  `
}

/**
 * Faults: the rules in force, and a form for another.
 */

/** @import * as Model from "../model.js" */
import { addFault, chooseFault, clearFaults, removeFault } from "../actions/faults.js"
import { toHeader, toOrder } from "../faultForm.js"
import * as Faults from "../faults.js"
import { counted } from "../format.js"
import { keyed } from "../lit-html/directives/keyed.js"
import { live } from "../lit-html/directives/live.js"
import { repeat } from "../lit-html/directives/repeat.js"
import { html, nothing } from "../lit-html/lit-html.js"
import { copyButton } from "./parts.js"

/** @param {Model.FaultRule} rule */
const reach = ({ applied, remaining, threadId }) =>
  [
    threadId === null ? "any thread" : threadId,
    remaining === null
      ? "until it is removed"
      : remaining === 1
        ? "the next send"
        : `the next ${counted(remaining, "send")}`,
    ...(applied === 0 ? [] : [`struck ${counted(applied, "time")}`])
  ].join(" · ")

/** @param {Model.FaultRule} rule */
const ruleItem = (rule) => html`
  <li class="rule">
    <span class="rule-name">${Faults.name(rule.fault)}</span>
    <span class="quiet">${reach(rule)}</span>
    <button type="button" class="button" @click=${() => removeFault(rule.id)} aria-label="Remove ${Faults.name(rule.fault)}">
      Remove
    </button>
  </li>
`

/** @param {ReadonlyArray<Model.FaultRule>} rules */
const inForce = (rules) =>
  rules.length === 0
    ? html`<p class="quiet">None. Every request is served as it should be.</p>`
    : html`
        <ul class="rules">${repeat(rules, ({ id }) => id, ruleItem)}</ul>
        ${
          rules.length < 2
            ? nothing
            : html`<div class="actions start-aligned">
              <button type="button" class="button" @click=${clearFaults}>Remove all</button>
            </div>`
        }
      `

/**
 * @param {string} name
 * @param {string} label
 * @param {ReadonlyArray<readonly [value: string, label: string]>} options
 */
const select = (name, label, options) => html`
  <label class="field">
    <span>${label}</span>
    <select name=${name}>${options.map(([value, text]) => html`<option value=${value}>${text}</option>`)}</select>
  </label>
`

/**
 * @param {string} name
 * @param {string} label
 * @param {{ readonly value: number, readonly min: number, readonly max: number, readonly suggestions?: ReadonlyArray<number> }} range
 */
const numberField = (name, label, { max, min, suggestions = [], value }) => html`
  <label class="field">
    <span>${label}</span>
    <input
      type="number"
      name=${name}
      list=${suggestions.length === 0 ? nothing : `suggested-${name}`}
      value=${value}
      min=${min}
      max=${max}
      step="1"
      required
    />
    ${
      suggestions.length === 0
        ? nothing
        : html`<datalist id="suggested-${name}">${suggestions.map((each) => html`<option value=${each}></option>`)}</datalist>`
    }
  </label>
`

/** @param {Extract<Faults.FormField, { kind: "keys" }>} field */
const keysField = ({ checked, label, name, options }) => html`
  <fieldset class="keys">
    <legend>${label}</legend>
    ${options.map(
      (key) => html`
        <label class="check"><input type="checkbox" name=${name} value=${key} ?checked=${checked.includes(key)} /> <code>${key}</code></label>
      `
    )}
  </fieldset>
`

/**
 * A field of the form.
 *
 * @param {Faults.FormField} field
 */
const formField = (field) => {
  switch (field.kind) {
    case "choice":
      return select(field.name, field.label, field.options)
    case "number":
      return numberField(field.name, field.label, field)
    case "flag":
      return html`
        <label class="check">
          <input type="checkbox" name=${field.name} />
          <span>${field.label}</span>
        </label>
      `
    case "text":
      return html`
        <label class="field">
          <span>${field.label}</span>
          <input name=${field.name} value=${field.value} pattern=${field.pattern} title=${field.hint} required spellcheck="false" />
        </label>
      `
    case "day":
      return html`
        <label class="field">
          <span>${field.label}</span>
          <input type="date" name=${field.name} value=${field.value} required />
        </label>
      `
    case "keys":
      return keysField(field)
  }
}

/** @param {SubmitEvent} event */
const submit = (event) => {
  event.preventDefault()
  void addFault(toOrder(new FormData(/** @type {HTMLFormElement} */ (event.target))))
}

/** Follows what is typed: the fields are the form's own, and are drawn anew with the kind of fault only. */
export const showHeader = () => {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector(".fault-form"))
  const figure = /** @type {HTMLElement | null | undefined} */ (form?.querySelector(".code"))
  if (form === null || figure === null || figure === undefined) return
  const header = toHeader(form)
  figure.hidden = header === undefined
  figure.querySelector("code")?.replaceChildren(header ?? "")
}

/** @param {Event} event */
const typed = ({ target }) => {
  // The fields of another kind come with the next picture.
  if (/** @type {HTMLInputElement} */ (target).name !== "tag") showHeader()
}

const header = () => document.querySelector(".fault-form .code code")?.textContent ?? ""

/** @param {Model.State} state */
const form = ({ chosenFault, threads }) => html`
  <form class="fault-form" @submit=${submit} @input=${typed}>
    <fieldset class="offers">
      <legend>What goes wrong</legend>
      ${Faults.kinds.map(
        ({ about, tag, title }) => html`
          <label class="offer">
            <input
              type="radio"
              name="tag"
              value=${tag}
              .checked=${live(tag === chosenFault)}
              @change=${() => chooseFault(tag)}
            />
            <span><strong>${title}</strong> <span class="quiet">${about}</span></span>
          </label>
        `
      )}
    </fieldset>
    <div class="fault-settings">
      <h3>${Faults.kindOf(chosenFault)?.title}</h3>
      ${keyed(chosenFault, html`${Faults.kindOf(chosenFault)?.fields.map(formField)}`)}
      ${select("threadId", "In which thread", [["", "Any thread"], ...(threads ?? []).map(({ id }) => /** @type {const} */ ([id, id]))])}
      ${select("until", "How often", [
        ["times", "A number of times"],
        ["removed", "Until it is removed"]
      ])}
      <div class="times">${numberField("times", "Times", { value: 1, min: 1, max: 1_000_000 })}</div>
      <button type="submit" class="button primary">Set the fault</button>
      <figure class="code">
        <figcaption>Or for one request, as its header ${copyButton("Copy", header)}</figcaption>
        <pre tabindex="0"><code></code></pre>
      </figure>
    </div>
  </form>
`

/** @param {Model.State} state */
export const faultsView = (state) => html`
  <section class="pane main" aria-label="Faults">
    <div class="pane-head">
      <a class="button back" href="#/">Threads</a>
      <h2 tabindex="-1">Faults</h2>
    </div>
    <div class="scroller padded prose">
      <section>
        <h2>In force</h2>
        ${inForce(state.faults)}
      </section>
      <section>
        <h2>Make the next send fail</h2>
        ${form(state)}
      </section>
    </div>
  </section>
`

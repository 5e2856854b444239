/**
 * Writes as the other side: what arrives is an inbound message.
 */

/** @import * as Model from "../model.js" */
import { receive, replyTo } from "../actions/conversation.js"
import { html, nothing } from "../lit-html/lit-html.js"
import { cutTo } from "../text.js"
import { foreign } from "./parts.js"

/** @param {string} threadId */
const submit = (threadId) => async (/** @type {SubmitEvent} */ event) => {
  event.preventDefault()
  const form = /** @type {HTMLFormElement} */ (event.target)
  const field = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("content"))
  if (field.value === "") return
  const isStored = await receive(threadId, field.value)
  if (isStored) field.value = ""
  field.focus()
}

/**
 * Enter sends, as where people write to each other; with Shift it makes a new line.
 *
 * @param {KeyboardEvent} event
 */
const onKey = (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
  event.preventDefault()
  const field = /** @type {HTMLTextAreaElement} */ (event.currentTarget)
  field.form?.requestSubmit()
}

/**
 * @param {Model.State} state
 * @param {Model.Conversation} conversation
 */
export const composer = (state, conversation) => {
  const answered = conversation.messages.find(({ message }) => message.id === state.replyTo)?.message
  return html`
    <form class="composer" @submit=${submit(conversation.threadId)}>
      ${
        answered === undefined
          ? nothing
          : html`<p class="answered">
            <span>Reply to ${foreign(cutTo(answered.content, 80))}</span>
            <button type="button" class="button" @click=${() => replyTo(null)}>Cancel</button>
          </p>`
      }
      <label class="visually-hidden" for="composer">Write as the other side</label>
      <textarea
        id="composer"
        name="content"
        rows="1"
        dir="auto"
        placeholder="Write as the other side …"
        @keydown=${onKey}
        required
      ></textarea>
      <button type="submit" class="button primary">Send inbound</button>
    </form>
  `
}

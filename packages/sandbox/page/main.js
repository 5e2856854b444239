/**
 * The page of the sandbox: draws its state, follows the address, and listens to what happens.
 */

/** @import { Route } from "./route.js" */
import { follow, listener } from "./actions/page.js"
import { watch } from "./events.js"
import { afterDraw as afterDrawForKeys, onKey } from "./keyboard.js"
import { render } from "./lit-html/lit-html.js"
import { onChange } from "./state.js"
import { app } from "./views/app.js"
import { afterDraw } from "./views/conversation.js"
import { showHeader } from "./views/faults.js"

const root = /** @type {HTMLElement} */ (document.getElementById("app"))

/** @param {Route} route */
const title = (route) => {
  switch (route.view) {
    case "thread":
      return `${route.threadId} – Inbox sandbox`
    case "faults":
      return "Faults – Inbox sandbox"
    case "settings":
      return "Settings – Inbox sandbox"
    default:
      return "Inbox sandbox"
  }
}

onChange((current) => {
  render(app(current), root)
  document.title = title(current.route)
  afterDrawForKeys()
  if (current.route.view === "thread") afterDraw()
  if (current.route.view === "faults") showHeader()
})

addEventListener("hashchange", follow)
addEventListener("keydown", onKey)

follow()
watch(listener)

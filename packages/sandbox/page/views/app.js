/**
 * The whole page. Wide, it shows list, view and details side by side; narrow, the one that the address is about.
 */

/** @import * as Model from "../model.js" */
import { html, nothing } from "../lit-html/lit-html.js"
import { hasDetails } from "../route.js"
import { conversationView } from "./conversation.js"
import { detailsView } from "./details.js"
import { faultsView } from "./faults.js"
import { banners, header } from "./header.js"
import { newThread } from "./newThread.js"
import { settingsView } from "./settings.js"
import { navigation } from "./threads.js"
import { trafficView } from "./traffic.js"

/** @param {Model.State} state */
const view = (state) => {
  const { route } = state
  switch (route.view) {
    case "home":
    case "traffic":
      return trafficView(state)
    case "thread":
      return conversationView(state, route.threadId)
    case "faults":
      return faultsView(state)
    case "settings":
      return settingsView(state)
  }
}

/** @param {Model.State} state */
const paneOf = ({ route }) => (hasDetails(route) ? "details" : route.view === "home" ? "nav" : "main")

/** @param {Model.State} state */
const headline = ({ route }) => {
  switch (route.view) {
    case "thread":
      return `Thread ${route.threadId}`
    case "faults":
      return "Faults"
    case "settings":
      return "Settings"
    default:
      return "Inbox sandbox"
  }
}

/** @param {Model.State} state */
export const app = (state) => html`
  ${header(state)} ${banners(state)}
  <main class="panes" data-pane=${paneOf(state)} ?data-details=${hasDetails(state.route)}>
    <h1 class="visually-hidden">${headline(state)}</h1>
    ${navigation(state)} ${view(state)} ${hasDetails(state.route) ? detailsView(state) : nothing}
  </main>
  ${newThread(state)}
`

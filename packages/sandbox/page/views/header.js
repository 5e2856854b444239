/**
 * The bar at the top: what this is, where clients find it, and whether it is there.
 */

import { clock } from "../format.js"
/** @import * as Model from "../model.js" */
import { html, nothing } from "../lit-html/lit-html.js"
import { copyButton } from "./parts.js"

/** The base that clients are given. */
export const baseUrl = () => `${location.origin}/api/v1`

const words = { connecting: "Connecting", live: "Live", lost: "Disconnected" }

/** @param {Model.State} state */
export const header = ({ connection }) => html`
  <header class="bar">
    <a class="brand" href="#/">
      <img src="page/icon.svg" alt="" width="24" height="24" />
      <span>Inbox <span class="brand-second">sandbox</span></span>
    </a>
    <div class="base">
      <code>${baseUrl()}</code>
      ${copyButton("Copy base URL", baseUrl)}
    </div>
    <span class="connection" data-state=${connection}>${words[connection]}</span>
    <a class="docs" href="docs">Reference</a>
  </header>
`

/** @param {Model.State} state */
export const banners = ({ connection, lostAt, problem }) => html`
  ${
    connection === "lost"
      ? html`<p class="banner" data-tone="bad" role="alert">
        <strong>The sandbox does not answer.</strong>
        ${lostAt === null ? nothing : html`This is how things stood at ${clock(lostAt)}.`} Start it again as
        you did before; this page goes on by itself.
      </p>`
      : nothing
  }
  ${problem === null || connection === "lost" ? nothing : html`<p class="banner" data-tone="warn" role="alert">${problem}</p>`}
`

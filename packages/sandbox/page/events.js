/**
 * Events of the sandbox as they happen: server-sent, over a connection that is made again when it is lost.
 */

/** @import * as Model from "./model.js" */

/**
 * @typedef {{
 *   readonly onLive: () => void
 *   readonly onLost: () => void
 *   readonly onReload: () => void
 *   readonly onMessage: (message: Model.StoredMessage) => void
 *   readonly onExchange: (exchange: Model.ExchangeSummary) => void
 *   readonly onThread: (thread: Model.Thread) => void
 *   readonly onFaults: (faults: { readonly faults: ReadonlyArray<Model.FaultRule> }) => void
 *   readonly onSettings: () => void
 * }} Listener
 */

const firstWait = 500

const longestWait = 4_000

/**
 * Listens for as long as the page is looked at. A browser has six connections for an origin: pages in the background
 * leave theirs to those in sight, and catch up when they are looked at again.
 *
 * @param {Listener} listener
 */
export const watch = (listener) => {
  let wait = firstWait
  /** @type {EventSource | undefined} */
  let source
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  const close = () => {
    clearTimeout(timer)
    source?.close()
    source = undefined
  }

  const open = () => {
    close()
    source = new EventSource("sandbox/events")
    /** @type {(name: string, handle: (data: any) => void) => void} */
    const on = (name, handle) => source?.addEventListener(name, (event) => handle(JSON.parse(event.data)))

    source.onopen = () => {
      wait = firstWait
      listener.onLive()
    }
    // The browser would try again by itself, but not after every failure, and at its own pace.
    source.onerror = () => {
      close()
      listener.onLost()
      timer = setTimeout(open, wait)
      wait = Math.min(wait * 2, longestWait)
    }
    on("message", listener.onMessage)
    on("exchange", listener.onExchange)
    on("thread", listener.onThread)
    on("faults", listener.onFaults)
    on("settings", listener.onSettings)
    on("reload", listener.onReload)
  }

  const follow = () => (document.hidden ? close() : open())

  addEventListener("pagehide", close)
  document.addEventListener("visibilitychange", follow)
  follow()
}

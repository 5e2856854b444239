import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { send } from "./support/http.js"
import { faint, overflowing } from "./support/looks.js"
import { describePage, start, startAtOwnPort } from "./support/visit.js"

/** Pixels between the middles of the highest and the lowest of the elements: none where they are in one row. */
const apart = (selector: string): string =>
  `(() => {
    const middles = [...document.querySelectorAll(${JSON.stringify(selector)})]
      .map((each) => each.getBoundingClientRect())
      .filter(({ height }) => height > 0)
      .map(({ bottom, top }) => (top + bottom) / 2)
    return middles.length < 2 ? Infinity : Math.round(Math.max(...middles) - Math.min(...middles))
  })()`

const longThread = "sandboxthread00000000001"

describePage("the look of the page", { threads: ["lesson", "hostile", "none", longThread] }, (visit) => {
  const unknown = async () => {
    await visit.post("lesson", { content: "Did you get this?" }, { "x-sandbox-fault": "reset=after" }).catch(() => {})
    await visit.stored("lesson", (messages) => assert.isAtLeast(messages.length, 2))
  }

  it("is light and dark, with enough contrast in both", async () => {
    await unknown()
    await visit.sent("hostile", "z\u200Bero width")
    await visit.post("hostile", { content: "To whom?", replyToMessageId: "nosuchmessage" })
    const screen = await visit.open()
    const grounds: Array<unknown> = []
    for (const scheme of ["light", "dark"] as const) {
      await screen.prefer(scheme)
      for (const [hash, text] of [
        ["#/traffic", "MESSAGE_NOT_FOUND"],
        ["#/threads/lesson", "Stored, but its client cannot know."],
        ["#/threads/hostile", "invisible character"],
        ["#/threads/none", "Nothing has been sent into this thread yet"],
        ["#/faults", "Connection reset"],
        ["#/settings", "Enforce the rate limits"]
      ] as const) {
        await screen.go(`${visit.origin}/${hash}`)
        await screen.view.text(text).isShown()
        await screen.script(faint, (found) => assert.deepStrictEqual(found, [], `${scheme} ${hash}`))
      }
      grounds.push(await screen.script("getComputedStyle(document.body).backgroundColor", assert.isString))
    }
    assert.notStrictEqual(grounds[0], grounds[1])
  })

  it("shows one thing at a time where there is little room", async () => {
    await unknown()
    const screen = await visit.open("#/")
    await screen.resize(390, 800)
    const navigation = screen.role("navigation")
    await navigation.isShown()
    await screen.view.isHidden()
    await screen.threads.text("lesson", { exact: true }).click()
    await screen.contents.text("Did you get this?").first.click()
    await screen.details.button("Copy as curl").isShown()
    await screen.view.isHidden()
    await screen.role("link", "Back").click()
    await screen.contents.text("Did you get this?").isShown()
    await navigation.isHidden()
    await screen.details.isGone()
    await screen.role("link", "Threads").click()
    await navigation.isShown()
    await screen.view.isHidden()
  })

  it("has a headline and a main part at each width, and nothing that reaches over an edge", async () => {
    const screen = await visit.open("#/")
    for (const width of [360, 600, 900, 1280, 2560]) {
      await screen.resize(width, 800)
      for (const hash of ["#/", "#/traffic", "#/threads/lesson", "#/faults", "#/settings"]) {
        await screen.go(`${visit.origin}/${hash}`)
        await screen.role("main").counts(1)
        await screen.css("h1").counts(1)
        await screen.css(".pane").isShown()
        await screen.script(overflowing, (wide) => assert.deepStrictEqual(wide, [], `${hash} at ${width}`))
      }
    }
    await screen.go(`${visit.origin}/#/threads/lesson`)
    await screen.script<number>(
      "Math.max(...[...document.querySelectorAll('.entries')].map((list) => list.clientWidth))",
      (lane) => assert.strictEqual(lane, 960)
    )
  })

  it("keeps what belongs together in one row at each width", async () => {
    const screen = await visit.open(`#/threads/${longThread}`)
    await screen.css("#next-send").isShown()
    await screen.run(`{
      const list = document.querySelector("#next-send")
      list.selectedIndex = 1
      list.dispatchEvent(new Event("change"))
    }`)
    await screen.role("link", "All faults").isShown()
    for (const width of [360, 600, 900, 1280, 2560]) {
      await screen.resize(width, 800)
      for (const row of [".main > .pane-head > *", ".next-choice > :not(.visually-hidden)"]) {
        await screen.script<number>(apart(row), (pixels) => assert.isAtMost(pixels, 1, `${row} at ${width}`))
      }
    }
  })

  it("keeps every field of a fault within reach", async () => {
    const screen = await visit.open("#/faults")
    for (const [width, height] of [
      [1440, 600],
      [1280, 760],
      [360, 640]
    ] as const) {
      await screen.resize(width, height)
      await screen.role("radio", "Missing keys").check()
      await screen.button("Set the fault").click()
      await screen.button("Remove Missing isEncrypted, deletedAt, platformDeletedAt").click()
      await screen.script<number>(
        "document.querySelector('.fault-settings').scrollWidth - document.querySelector('.fault-settings').clientWidth",
        (over) => assert.strictEqual(over, 0)
      )
    }
  })

  it("calls a message sent that was sent, after its request has been forgotten too", async () => {
    const folder = mkdtempSync(join(tmpdir(), "inbox-sandbox-"))
    try {
      const database = join(folder, "inbox.db")
      const first = await start({ database, threads: ["t1"] })
      const { id } = await Effect.runPromise(
        Effect.map(send(first.sandbox, { content: "Before the restart" }), (answer) => JSON.parse(answer.text))
      )
      await first.stop()
      const second = await start({ database, threads: ["t1"] })
      visit.owns(second.origin)
      const screen = await visit.tab(`${second.origin}/#/threads/t1/messages/${id}`)
      await screen.details.role("heading", "Sent message").isShown()
      await second.stop()
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it("says when the sandbox is gone, and goes on when it is back", async () => {
    const first = await startAtOwnPort({ threads: ["t1"] })
    visit.owns(first.origin)
    const screen = await visit.tab(`${first.origin}/#/threads/t1`)
    await screen.contents.text("Hi, is this still available?").isShown()
    await first.stop()
    await screen.role("alert").text("The sandbox does not answer.").isShown()
    await screen.text("Disconnected", { exact: true }).isShown()
    await screen.contents.counts(1)
    await screen.label("Write as the other side").fill("Back again")
    await screen.button("Send inbound").click()

    const second = await start({ port: Number(new URL(first.origin).port), threads: ["t1"] })
    await screen.text("Live", { exact: true }).isShown()
    await screen.role("alert").isGone()
    await screen.button("Send inbound").click()
    await screen.contents.text("Back again").isShown()
    await second.stop()
  })

  it("leads to a reference that needs no network either", async () => {
    const screen = await visit.open("#/traffic")
    await screen.role("link", "Reference").click()
    await screen.text("/api/v1/threads/{threadId}/messages").isShown()
  })
})

import { assert, it } from "@effect/vitest"
import { faint } from "./support/looks.js"
import { describePage, start } from "./support/visit.js"

describePage("the look of the page", { threads: ["lesson", "hostile", "none"] }, (visit) => {
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
        await screen.main.text(text).isShown()
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
    await screen.main.isHidden()
    await screen.threads.text("lesson", { exact: true }).click()
    await screen.contents.text("Did you get this?").first.click()
    await screen.details.button("Copy as curl").isShown()
    await screen.main.isHidden()
    await screen.role("link", "Back").click()
    await screen.contents.text("Did you get this?").isShown()
    await navigation.isHidden()
    await screen.details.isGone()
    await screen.role("link", "Threads").click()
    await navigation.isShown()
    await screen.main.isHidden()
  })

  it("says when the sandbox is gone, and goes on when it is back", async () => {
    const first = await start({ threads: ["t1"] })
    visit.owns(first.origin)
    const screen = await visit.tab(`${first.origin}/#/threads/t1`)
    await screen.contents.text("Hi, is this still available?").isShown()
    await first.stop()
    await screen.role("alert").text("The sandbox does not answer.").isShown()
    await screen.text("Disconnected", { exact: true }).isShown()
    await screen.contents.counts(1)

    const second = await start({ port: Number(new URL(first.origin).port), threads: ["t1"] })
    await screen.text("Live", { exact: true }).isShown()
    await screen.role("alert").isGone()
    await screen.label("Write as the other side").fill("Back again")
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

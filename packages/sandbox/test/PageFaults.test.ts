import { assert, it } from "@effect/vitest"
import { Fault, type Inspector, Storage } from "@inbox-effect/sandbox"
import { Either, Redacted, Schema } from "effect"
import { describePage } from "./support/visit.js"

const parse = (line: string | undefined) =>
  Either.getOrThrow(Fault.parse((line ?? "").replace(`${Fault.header}: `, "")))

const none = "None. Every request is served as it should be."

const secondToken = Redacted.make("a-second-token")

const teams = [
  { token: Redacted.make("a-first-token"), threads: ["lesson"] },
  { token: secondToken, threads: ["other"] }
]

describePage("the faults on the page", { teams }, (visit) => {
  it("makes the next send fail on demand, and shows the message that its client cannot know of", async () => {
    const screen = await visit.open("#/faults")
    await screen.role("radio", "Connection reset").check()
    await screen.label("In which thread").select("lesson")
    await screen.button("Set the fault").click()
    await screen.text("lesson · the next send").isShown()

    const failure = await visit.failed("lesson", "Did you get this?")
    assert.deepStrictEqual([failure._tag, failure.delivery], ["ConnectionLost", "Unknown"])
    await visit.stored("lesson", (messages) => assert.strictEqual(messages.at(-1)?.content, "Did you get this?"))

    await screen.text(none).isShown()
    await screen.threads.text("lesson", { exact: true }).click()
    const entry = screen.messages.role("listitem").containing("Did you get this?")
    await entry.text("Reset after storing").isShown()
    await entry.text("Stored, but its client cannot know.").isShown()
    await entry.role("link").click()
    await screen.details.text('delivery: "Unknown"').isShown()
    await screen.details.text("ConnectionLost").isShown()
  })

  it("sets a status, a limit and a delay as the form says, shows each as a header, and removes them", async () => {
    const screen = await visit.open("#/faults")
    const header = screen.css(".fault-form code").last
    const headers: Array<string> = []
    const set = async (kind: string, spelling: string, fill: () => Promise<unknown>) => {
      await screen.role("radio", kind).check()
      await fill()
      await screen.label("How often").select("Until it is removed")
      const [line] = await header.texts(([text]) => assert.include(text, spelling))
      headers.push(line ?? "")
      await screen.button("Set the fault").click()
      await screen.css(".rule").counts(headers.length)
    }
    await set("Error status", "status=503", () => screen.label("Status", { exact: true }).fill("503"))
    await set("Rate limited", ";none", () => screen.role("combobox", "Retry-After").select("left out"))
    await set("Latency", "250ms", () => screen.label("Milliseconds").fill("250"))
    await set("Missing keys", "+id", () => screen.role("checkbox", "id", { exact: true }).check())
    await screen.text("Missing isEncrypted, deletedAt, platformDeletedAt, id").isShown()
    const expected: ReadonlyArray<typeof Fault.Fault.Encoded> = [
      { _tag: "Status", status: 503, stored: false },
      { _tag: "RateLimited", retryAfter: 5, format: "none" },
      { _tag: "Latency", millis: 250 },
      { _tag: "MissingKeys", keys: ["isEncrypted", "deletedAt", "platformDeletedAt", "id"] }
    ]
    const { faults } = await visit.inspect<typeof Inspector.Faults.Encoded>("faults", ({ faults }) =>
      assert.deepStrictEqual(
        faults.map(({ fault, threadId, times }) => [fault, threadId, times]),
        expected.map((fault) => [fault, null, null])
      )
    )
    assert.deepStrictEqual(
      headers.map(parse),
      faults.map(({ fault }) => [Schema.decodeSync(Fault.Fault)(fault)])
    )
    for (const key of ["isEncrypted", "deletedAt", "platformDeletedAt", "id"]) {
      await screen.role("checkbox", key, { exact: true }).uncheck()
    }
    await screen.text(Fault.header).isHidden()
    await screen.button("Remove Status 503").click()
    await screen.text("Status 503").isGone()
    await screen.button("Remove all").click()
    await screen.text(none).isShown()
    await visit.inspect("faults", (answer) => assert.deepStrictEqual(answer, { faults: [] }))
  })

  it("spells every kind of fault as the sandbox reads it", async () => {
    const screen = await visit.open("#/faults")
    const kinds = await screen.css(".fault-form .offer strong").texts((titles) => assert.isAbove(titles.length, 5))
    const header = screen.css(".fault-form code").last
    const tags = new Set<string>()
    for (const kind of kinds) {
      await screen.role("radio", kind).check()
      await header
        .texts(([line]) => {
          const [fault] = parse(line)
          assert.isDefined(fault)
          assert.notInclude([...tags], fault?._tag)
        })
        .then(([line]) => tags.add(`${parse(line)[0]?._tag}`))
    }
    assert.strictEqual(tags.size, Fault.Fault.members.length)
  })

  it("lists tokens, and revokes one when it was asked twice", async () => {
    const added = Storage.tokenId(secondToken)
    const screen = await visit.open("#/settings")
    const tokens = screen.role("table", "Tokens")
    await tokens.text(added, { exact: true }).first.isShown()
    await screen.text("a-second-token").isGone()
    await screen.button(`Revoke ${added}`).click()
    await screen.role("dialog").button("Keep it").click()
    await screen.role("dialog").isHidden()
    await screen.button(`Revoke ${added}`).click()
    await screen.role("dialog").button("Revoke").click()
    await screen.button(`Revoke ${added}`).isGone()
    await visit.inspect<typeof Inspector.Tokens.Encoded>("tokens", (answer) =>
      assert.notInclude(
        answer.tokens.map(({ id }) => id),
        added
      )
    )
    await visit.sent("lesson", "The first token still counts")
  })

  it("switches the rate limits", async () => {
    const screen = await visit.open("#/settings")
    const limits = screen.role("switch", "Enforce the rate limits")
    await limits.check()
    const place = screen.role("link", "Settings limits on")
    await place.isShown()
    await visit.inspect("settings", (settings) => assert.deepStrictEqual(settings, { rateLimits: true }))
    await limits.uncheck()
    await place.isGone()
    await visit.inspect("settings", (settings) => assert.deepStrictEqual(settings, { rateLimits: false }))
  })

  it("leaves a switch where it was turned to, whenever the answer to an earlier turn comes", async () => {
    const screen = await visit.open("#/settings")
    const limits = screen.role("switch", "Enforce the rate limits")
    const place = screen.role("link", "Settings limits on")
    const first = await screen.hold("PUT", "/sandbox/settings")
    await limits.check()
    await first.taken
    await limits.uncheck()
    // If that were asked for at once, it would be answered first.
    await screen.draws()
    await first.letGo()
    await visit.inspect("settings", (settings) => assert.deepStrictEqual(settings, { rateLimits: false }))
    await screen.role("switch", "Enforce the rate limits", { checked: false }).isShown()
    await place.isGone()
  })

  it("shows no fault that has been used up before the answer that set it came", async () => {
    const screen = await visit.open("#/faults")
    const order = await screen.hold("POST", "/sandbox/faults")
    await screen.role("radio", "Error status").check()
    await screen.button("Set the fault").click()
    await order.taken
    await screen.text("the next send").isShown()
    await visit.failed("other", "This uses it up")
    await screen.text(none).isShown()
    // Of two announcements that come together, the later one is made.
    await screen.css("#announcer").reads("A request was refused with 503")
    await order.letGo()
    await screen.css("#announcer").reads("The fault is set")
    await screen.text(none).isShown()
  })
})

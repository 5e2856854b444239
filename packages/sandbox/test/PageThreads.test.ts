import { assert, it } from "@effect/vitest"
import { overflowing } from "./support/looks.js"
import type { Part, Screen } from "./support/screen.js"
import { describePage } from "./support/visit.js"

const threads = ["live", "inbound", "hostile", "many", "bidi", "armed", "loading"]

describePage("the threads on the page", { threads }, (visit) => {
  it("shows a message when it is sent, and counts it", async () => {
    const screen = await visit.open("#/threads/live")
    const item = screen.threads.role("listitem").containing("live")
    for (const number of [1, 2, 3]) {
      await visit.sent("live", `On my way, ${number}`)
      await screen.contents.text(`On my way, ${number}`, { exact: true }).isShown()
      await item.text(`On my way, ${number}`).isShown()
      await item.text(`${number} sent · 1 received`).isShown()
    }
  })

  it("shows a message that came while the thread was loaded", async () => {
    const screen = await visit.open()
    const loading = await screen.hold("GET", "/sandbox/threads/loading/messages")
    const item = screen.threads.role("listitem").containing("loading")
    await item.role("link").click()
    await loading.taken
    await visit.sent("loading", "Sent meanwhile")
    await item.text("Sent meanwhile").isShown()
    await loading.letGo()
    await screen.contents.text("Sent meanwhile").isShown()
  })

  it("writes as the other side, replies included, and opens threads", async () => {
    const screen = await visit.open("#/threads/inbound")
    const composer = screen.label("Write as the other side")
    await composer.fill("Is it still there?")
    await composer.press("Enter")
    await screen.contents.text("Is it still there?").isShown()
    await composer.hasValue("")
    const [, received] = await visit.stored("inbound", ([, message]) =>
      assert.deepStrictEqual([message?.origin, message?.content], ["external", "Is it still there?"])
    )

    const sent = await visit.sent("inbound", "It is.", received?.id)
    await screen.contents.text("It is.", { exact: true }).click()
    await screen.button("Reply as the other side").click()
    await composer.fill("Good!")
    await screen.button("Send inbound").click()
    await screen.contents.text("Good!", { exact: true }).isShown()
    await visit.stored("inbound", (messages) => assert.propertyVal(messages.at(-1)?.replyData, "messageId", sent.id))

    await screen.button("New thread").click()
    await screen.role("textbox", "Identifier").fill("fresh0000000000000000001")
    await screen.button("Open").click()
    await screen.role("heading", "fresh0000000000000000001").isShown()
    await screen.text("Nothing has been sent into this thread yet").isShown()
    await visit.stored("fresh0000000000000000001", (messages) => assert.lengthOf(messages, 1))
  })

  const hostile = [
    `<script>alert(1)</script><img src="x" onerror="alert(2)"><a href="javascript:alert(3)">x</a>`,
    "</p></article><iframe src=javascript:alert(4)></iframe><!-- {{1+1}} &lt;b&gt;",
    "\u202Ereversed\u2066 and never closed",
    "z\u200Be\u200Cr\u200Do\uFEFF width\u00AD",
    "W".repeat(2_000),
    "Z\u0351\u036B\u0343".repeat(40),
    "שלום, hello, مرحبا 123",
    " \t \u3000 ",
    "line\n".repeat(60),
    "0123456789".repeat(1_000)
  ] as const

  it("keeps hostile contents text, inside of their place", async () => {
    for (const content of hostile) await visit.sent("hostile", content)
    for (const hash of ["#/threads/hostile", "#/traffic"]) {
      const screen = await visit.open(hash)
      await screen.view.text("<script>alert(1)</script>").isShown()
      await screen.css("#app :is(script, iframe, a[href^=javascript])").counts(0)
      await screen.css("#app img").counts(1)
      for (const width of [1440, 390]) {
        await screen.resize(width, 800)
        await screen.script<ReadonlyArray<string>>(overflowing, (wide) =>
          assert.deepStrictEqual(wide, [], `${hash} at ${width}`)
        )
      }
    }

    const screen = await visit.open("#/threads/hostile")
    await screen.contents.texts((texts) => assert.include(texts, hostile[0]))
    const long = screen.contents.containing("0123456789".repeat(50))
    await long.texts(([text]) => assert.isBelow(text?.length ?? Infinity, 1_300))
    await screen.button("Show all 10,000 characters").click()
    await long.reads(hostile[9])

    await screen.messages.role("listitem").containing("never closed").role("link").click()
    await screen.details.css(".mark").texts((marks) => assert.includeMembers([...marks], ["RLO", "LRI"]))
  })

  it("lets no character reorder what stands around it, in rows and bubbles", async () => {
    await visit.sent("bidi", "\u202Ereversed")
    for (const [hash, list] of [
      ["#/threads/bidi", ".content"],
      ["#/traffic", ".gist"]
    ] as const) {
      const screen = await visit.open(hash)
      await screen.view.css(list).containing("reversed").first.css(".mark").reads("RLO")
      await screen.threads.role("listitem").containing("bidi").css(".mark").reads("RLO")
    }
  })

  it("makes the next send fail where it happens, and shows that it will", async () => {
    const screen = await visit.open("#/threads/armed")
    await screen.text("is served as it should be").isShown()
    await screen.label("Make the next send fail").select("Status 503")
    const faults = screen.role("list", "Faults of the next send")
    await faults.text("Status 503").isShown()
    const failure = await visit.failed("armed", "Will it arrive?")
    assert.strictEqual(failure._tag, "ServerError")
    await faults.isGone()
    await screen.label("Make the next send fail").select("Truncated answer")
    await faults.button("Remove Truncated answer").click()
    await screen.text("is served as it should be").isShown()
  })

  it("goes to the search by a key from wherever its reader is", async () => {
    for (const hash of ["#/threads/live", "#/faults", "#/settings", "#/"]) {
      const screen = await visit.open(hash)
      await screen.role("heading").isShown()
      await screen.key("/")
      await screen.css("#search:focus").isShown()
      await screen.type("x/y")
      await screen.role("searchbox").hasValue("x/y")
    }
  })

  /** Turns the wheel over a list until something is there. */
  const scrollTo = async (screen: Screen, list: Part, deltaY: number, sought: Part) => {
    let isSought = true
    const found = sought.isShown().finally(() => {
      isSought = false
    })
    await list.hover()
    while (isSought) {
      await screen.wheel(deltaY)
      await screen.script("new Promise(requestAnimationFrame).then(() => true)", assert.isTrue)
    }
    await found
  }

  /** Counts the messages that are drawn from now on. */
  const countDrawn = `{
    globalThis.drawn = 0
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          if (node.nodeType === 1) drawn += Number(node.matches(".entry")) + node.querySelectorAll(".entry").length
        }
      }
    }).observe(document.body, { childList: true, subtree: true })
  }`

  it("stays light while hundreds of messages pour in, and scrolls through them", async () => {
    const count = 600
    const screen = await visit.open("#/threads/many")
    const articles = screen.messages.css("article")
    const first = screen.contents.text("Hi, is this still available?")
    await first.isShown()
    await screen.run(countDrawn)
    const numbers = Array.from({ length: count }, (_, index) => index)
    const sender = async () => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        await visit.post("many", { content: `Message ${number}, ${"of some length ".repeat(number % 12)}` })
      }
    }
    await Promise.all(Array.from({ length: 8 }, sender))
    await screen.threads.text(`${count} sent · 1 received`).isShown()
    // However fast they come, no more than the newest few hundred are kept on the page, and none is drawn twice.
    await articles.texts((texts) => assert.isAtMost(texts.length, 401))
    await screen.script<number>("drawn", (drawn) => assert.isAtMost(drawn, count))
    await scrollTo(screen, screen.messages.last, -6_000, first)
    // Every message once, those that came live and those that were loaded.
    await articles.counts(count + 1)
    await screen.contents.texts((texts) => {
      assert.strictEqual(new Set(texts.map((text) => /^Message (\d+),/.exec(text)?.[1])).size, count + 1)
    })
    // A link leads to a message that is not among the newest, too.
    const [, oldest] = await visit.stored("many")
    const linked = await visit.open(`#/threads/many/messages/${oldest?.id}`)
    await linked.details.text("Message as stored").isShown()
    await linked.details.text(`"${oldest?.content}"`).isShown()
  })
})

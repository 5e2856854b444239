import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { assert, it } from "@effect/vitest"
import { Fault } from "@inbox-effect/sandbox"
import { Effect } from "effect"
import { raw } from "./support/http.js"
import { describePage } from "./support/visit.js"

const threads = ["loading", "refused", "curl", "resent", "search", "keys", "nested", "odd"]

/** Notes from now on whether a text is ever drawn. */
const noteDrawn = (text: string) => `{
  globalThis.wasDrawn = false
  new MutationObserver(() => {
    wasDrawn ||= document.body.textContent.includes(${JSON.stringify(text)})
  }).observe(document.body, { childList: true, subtree: true, characterData: true })
}`

describePage("the traffic on the page", { threads }, (visit) => {
  it("shows what was refused, why, and both sides of it as they travelled, without the token", async () => {
    const screen = await visit.open("#/traffic")
    const answer = await visit.post("refused", { content: "To whom?", replyToMessageId: "nosuchmessage" })
    assert.strictEqual(answer.status, 422)
    const row = screen.requests.containing("To whom?")
    await row.text("MESSAGE_NOT_FOUND").isShown()
    await row.click()
    const { details } = screen
    await details.text("replyToMessageId names no message of this thread").isShown()
    await details.text("HTTP/1.1 422").isShown()
    await details.text("UnprocessableContent").isShown()
    await details.text("Not stored").isShown()
    await details.text("Bearer …").counts(1)
    await details.button("As sent").click()
    await details.text('{"content":"To whom?","replyToMessageId":"nosuchmessage"}').isShown()
    await screen.script<string>("document.documentElement.outerHTML", (html) => assert.notInclude(html, visit.token))

    const address = await screen.address((url) => assert.match(url, /#\/traffic\/[0-9a-z]+$/))
    const again = await visit.tab(address)
    await again.details.text("HTTP/1.1 422").isShown()
    await again.threads.text("refused", { exact: true }).click()
    await again.messages.text("MESSAGE_NOT_FOUND").isShown()
  })

  it("shows a request that was recorded while the list was loaded", async () => {
    const screen = await visit.open("#/threads/loading")
    const loading = await screen.hold("GET", "/sandbox/exchanges")
    await screen.role("link", "All traffic").click()
    await loading.taken
    await visit.sent("loading", "Sent meanwhile")
    await screen.threads.text("Sent meanwhile").isShown()
    await loading.letGo()
    await screen.requests.containing("Sent meanwhile").isShown()
  })

  it("copies a request as a curl line that sends the same again", async () => {
    const content = 'It\'s 100 % "odd": \\ $HOME `x` \u202E\u200B\u0007 ok\n'
    await visit.sent("curl", content)
    const screen = await visit.open("#/traffic")
    await screen.requests.containing("It's 100 %").click()
    await screen.details.button("Copy as curl").click()
    const command = await screen.copied((text) => assert.include(text, "{INBOX_API_TOKEN}"))
    assert.notInclude(command, visit.token)
    const { stdout } = await promisify(execFile)("sh", ["-c", command], {
      env: { ...process.env, INBOX_API_TOKEN: visit.token }
    })
    assert.match(stdout, /^HTTP\/1\.1 200/)
    await visit.stored("curl", (messages) =>
      assert.deepStrictEqual(
        messages.slice(1).map((message) => message.content),
        [content, content]
      )
    )
  })

  it("offers no line where it would send something else, and says why", async () => {
    await visit.post("odd", { content: "x".repeat(1_100_000) })
    const screen = await visit.open("#/traffic")
    await screen.requests.containing("PAYLOAD_TOO_LARGE").first.click()
    await screen.details.text("Only the first 1048576 bytes of the body were kept").isShown()
    await screen.details.css("button:disabled").reads("Copy as curl")
    await screen.details.button("Send again").isGone()
  })

  it("sends a request again, and shows what became of it", async () => {
    await visit.sent("resent", "Once more")
    const screen = await visit.open("#/threads/resent")
    await screen.contents.text("Once more").click()
    await screen.details.button("Send again").click()
    await screen.contents.containing("Once more").counts(2)
    const address = await screen.address((url) => assert.match(url, /#\/threads\/resent\/exchanges\/[0-9a-z]+$/))
    await screen.details.text("HTTP/1.1 200").isShown()
    assert.notInclude(address, visit.token)

    // What is late is waited for. On a busy machine the answer may be there before the page has drawn that it waits.
    await screen.run(noteDrawn("On its way"))
    let sends = 2
    for (const millis of [700, 5_000, 30_000]) {
      await Effect.runPromise(visit.sandbox.addFault(Fault.Latency.make({ millis }), { threadId: "resent", times: 1 }))
      await screen.details.button("Send again").click()
      await screen.details.text(`answered ${millis} ms later`).isShown()
      sends++
      if (await screen.script<boolean>("wasDrawn", assert.isBoolean)) break
    }
    await screen.script("wasDrawn", assert.isTrue)
    await screen.contents.containing("Once more").counts(sends)
  })

  it("shows what was hardly HTTP", async () => {
    const screen = await visit.open("#/traffic")
    await Effect.runPromise(raw(visit.sandbox.url, "What is this?\r\n\r\n"))
    const row = screen.requests.containing("unreadable")
    await row.text("The request is not valid HTTP").isShown()
    await Effect.runPromise(raw(visit.sandbox.url, `GET /long HTTP/1.1\r\nx: ${"y".repeat(20_000)}\r\n\r\n`))
    await screen.requests.containing("HEADERS_TOO_LARGE").isShown()
  })

  it("lays out no body that is nested so deeply that its browser would stand still", async () => {
    await visit.post("nested", "[".repeat(4_000) + "]".repeat(4_000))
    const screen = await visit.open("#/traffic")
    await screen.requests.containing("nested").click()
    await screen.details.text("nested too deeply to lay out").isShown()
    await screen.details.css(".raw code").first.reads("[".repeat(4_000) + "]".repeat(4_000))
  })

  it("keeps search and choice in its address, and tells the time to the millisecond", async () => {
    await visit.sent("search", "Kept in the address")
    const screen = await visit.open("#/traffic")
    await screen.role("searchbox").fill("in the address")
    await screen.button("Stored").click()
    await screen.requests.counts(1)
    const address = await screen.address((url) => assert.match(url, /#\/traffic\?search=in\+the\+address&show=stored$/))
    const again = await visit.tab(address)
    await again.requests.counts(1)
    await again.role("searchbox").hasValue("in the address")
    await again.requests.css("time").texts(([time]) => assert.match(time ?? "", /:\d\d[.,]\d{3}/))
    await again.requests.first.click()
    await again.details.text("Kept in the address").isShown()
    await again.role("link", "Close the details").click()
    await again.requests.counts(1)
  })

  it("searches contents, ids and statuses", async () => {
    const sent = await visit.sent("search", "A needle, in a haystack")
    await visit.sent("search", "Only hay")
    await visit.post("nosuchthread", { content: "Needlework" })
    const screen = await visit.open("#/traffic")
    const search = screen.role("searchbox")
    await screen.requests.containing("Only hay").isShown()
    await search.fill("NEEDLE")
    await screen.requests.counts(2)
    await screen.button("Refused").click()
    await screen.requests.texts((texts) => {
      assert.lengthOf(texts, 1)
      assert.include(texts[0], "THREAD_NOT_FOUND")
    })
    await screen.button("All").click()
    await search.fill(sent.id)
    await screen.requests.texts((texts) => {
      assert.lengthOf(texts, 1)
      assert.include(texts[0], "A needle")
    })
    await search.fill("nothing has this in it")
    await screen.text("Nothing matches").isShown()
  })

  it("leaves what is typed alone when what was typed before is found", async () => {
    await visit.sent("keys", "One of a kind")
    const screen = await visit.open("#/traffic")
    await screen.requests.containing("One of a kind").isShown()
    await screen.key("/")
    await screen.type("kind ")
    await screen.requests.counts(1)
    await screen.script("location.hash", (hash) => assert.include(hash, "kind"))
    await screen.type("of")
    await screen.script('document.querySelector("#search").value', (value) => assert.strictEqual(value, "kind of"))
  })

  it("is used by keys alone", async () => {
    await visit.sent("keys", "First of two")
    await visit.sent("keys", "Second of two")
    const screen = await visit.open("#/traffic")
    await screen.requests.containing("First of two").isShown()
    await screen.key("/")
    await screen.css("#search:focus").isShown()
    await screen.type("of two")
    await screen.requests.counts(2)
    // Past the four choices and the list itself, which is a region to scroll.
    for (let tab = 0; tab < 6; tab++) await screen.key("Tab")
    await screen.key("ArrowDown")
    await screen.key("Enter")
    await screen.details.text('"First of two"').isShown()
    await screen.key("ArrowUp")
    await screen.details.text('"Second of two"').isShown()
    await screen.key("Escape")
    await screen.details.isGone()
    await screen.script("getComputedStyle(document.activeElement).outlineStyle", (style) =>
      assert.strictEqual(style, "solid")
    )
  })
})

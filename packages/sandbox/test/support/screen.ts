/**
 * A page as tests see it. Nothing here asks once: an action waits until it can be done, an assertion until it holds. What
 * the browser's own library offers beside that stays out of reach.
 */
import { assert } from "@effect/vitest"
import type { Locator, Page } from "playwright-core"
import { eventually } from "./eventually.js"

type Role = Parameters<Locator["getByRole"]>[0]

const makeGate = () => {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

/** A part of a page, on which a test turns and types. */
export class Part {
  readonly #found: Locator

  constructor(found: Locator) {
    this.#found = found
  }

  /** By its role and, whole or in part, by its name. */
  role(role: Role, name?: string, options: { readonly exact?: boolean; readonly checked?: boolean } = {}): Part {
    return new Part(this.#found.getByRole(role, name === undefined ? options : { name, ...options }))
  }

  button(name: string): Part {
    return this.role("button", name, { exact: true })
  }

  label(text: string, options: { readonly exact?: boolean } = {}): Part {
    return new Part(this.#found.getByLabel(text, options))
  }

  text(text: string, options: { readonly exact?: boolean } = {}): Part {
    return new Part(this.#found.getByText(text, options))
  }

  css(selector: string): Part {
    return new Part(this.#found.locator(selector))
  }

  /** Those that contain a text. */
  containing(text: string): Part {
    return new Part(this.#found.filter({ hasText: text }))
  }

  nth(index: number): Part {
    return new Part(this.#found.nth(index))
  }

  get first(): Part {
    return new Part(this.#found.first())
  }

  get last(): Part {
    return new Part(this.#found.last())
  }

  async click(): Promise<void> {
    await this.#found.click()
  }

  async focus(): Promise<void> {
    await this.#found.focus()
  }

  async fill(text: string): Promise<void> {
    await this.#found.fill(text)
  }

  async press(key: string): Promise<void> {
    await this.#found.press(key)
  }

  async check(): Promise<void> {
    await this.#found.check()
  }

  async uncheck(): Promise<void> {
    await this.#found.uncheck()
  }

  async select(option: string): Promise<void> {
    await this.#found.selectOption(option)
  }

  async hover(): Promise<void> {
    await this.#found.hover()
  }

  /** Holds once one of them can be seen. */
  async isShown(): Promise<void> {
    await this.#found.filter({ visible: true }).first().waitFor()
  }

  /** Holds once none of them can be seen. */
  async isHidden(): Promise<void> {
    await eventually(
      async () => {
        const found = await this.#found.all()
        return Promise.all(found.map((each) => each.isVisible()))
      },
      (visible) => assert.notInclude(visible, true, `${this.#found} can be seen`)
    )
  }

  /** Holds once there is none. */
  async isGone(): Promise<void> {
    await this.counts(0)
  }

  /** Holds once there are so many. */
  async counts(expected: number): Promise<void> {
    await eventually(
      () => this.#found.count(),
      (count) => assert.strictEqual(count, expected, `${this.#found}`)
    )
  }

  /** The texts of all of them, once they pass the check. */
  texts(check: (texts: ReadonlyArray<string>) => void): Promise<ReadonlyArray<string>> {
    return eventually(() => this.#found.allTextContents(), check)
  }

  /** Holds once there is one, with exactly this text. */
  async reads(expected: string): Promise<void> {
    await this.texts((texts) => assert.deepStrictEqual(texts, [expected], `${this.#found}`))
  }

  /** Holds once a field has this value. */
  async hasValue(expected: string): Promise<void> {
    await eventually(
      () => this.#found.inputValue({ timeout: 1_000 }),
      (value) => assert.strictEqual(value, expected, `${this.#found}`)
    )
  }
}

/** A tab of the browser, and all that is on it. */
export class Screen extends Part {
  readonly #page: Page

  constructor(page: Page) {
    super(page.locator("body"))
    this.#page = page
  }

  /** The view that the address is about, beside the list of threads. */
  get view(): Part {
    return this.css(".pane.main")
  }

  get details(): Part {
    return this.role("complementary", "Details")
  }

  /** The rows of the list of all requests. */
  get requests(): Part {
    return this.role("list", "Requests").role("link")
  }

  get threads(): Part {
    return this.role("list", "Threads")
  }

  get messages(): Part {
    return this.role("list", "Messages")
  }

  /** The contents of the messages. */
  get contents(): Part {
    return this.messages.css(".content")
  }

  async go(address: string): Promise<void> {
    await this.#page.goto(address)
  }

  async back(): Promise<void> {
    await this.#page.goBack()
  }

  /** The address, once it passes the check. */
  address(check: (address: string) => void): Promise<string> {
    return eventually(async () => this.#page.url(), check)
  }

  async key(key: string): Promise<void> {
    await this.#page.keyboard.press(key)
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
  }

  async wheel(deltaY: number): Promise<void> {
    await this.#page.mouse.wheel(0, deltaY)
  }

  async resize(width: number, height: number): Promise<void> {
    await this.#page.setViewportSize({ width, height })
  }

  /** Colours on their way from one scheme to the other have any contrast, so nothing moves any more. */
  async prefer(colorScheme: "light" | "dark"): Promise<void> {
    await this.#page.emulateMedia({ colorScheme, reducedMotion: "reduce" })
  }

  /**
   * Holds the answer to the next request of the page with this method and path. The sandbox has dealt with that request once
   * this is `taken`; the page has dealt with its answer once that was let go.
   */
  async hold(
    method: string,
    path: string
  ): Promise<{ readonly taken: Promise<void>; readonly letGo: () => Promise<void> }> {
    const taken = makeGate()
    const goes = makeGate()
    const arrived = makeGate()
    let isHeld = false
    await this.#page.route(
      (url) => url.pathname === path,
      async (route) => {
        if (isHeld || route.request().method() !== method) return route.fallback()
        isHeld = true
        const response = await route.fetch()
        taken.open()
        await goes.opened
        await route.fulfill({ response })
        arrived.open()
      }
    )
    return {
      taken: taken.opened,
      letGo: async () => {
        goes.open()
        await arrived.opened
        await this.draws()
      }
    }
  }

  /** Waits for some frames: one for what the page was told, one for what is drawn of it, and what it asks for meanwhile. */
  async draws(): Promise<void> {
    const frame = "await new Promise(requestAnimationFrame)"
    await this.run(`(async () => { for (let frames = 0; frames < 10; frames++) ${frame} })()`)
  }

  /** The value of a script, once it passes the check. */
  script<A>(expression: string, check: (value: A) => void): Promise<A> {
    return eventually(() => this.#page.evaluate<A>(expression), check)
  }

  /** Runs a script for what it does. */
  async run(expression: string): Promise<void> {
    await this.#page.evaluate(expression)
  }

  /** The text that was copied, once it passes the check. */
  copied(check: (text: string) => void): Promise<string> {
    return this.script("navigator.clipboard.readText()", check)
  }
}

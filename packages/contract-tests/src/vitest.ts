/**
 * The test kit in a suite of vitest: one test for each requirement, one run for all of them.
 *
 * @since 0.1.0
 */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { describe, it, type TestContext } from "vitest"
import * as Requirement from "./contract/Requirement.js"
import { selection } from "./contract/selection.js"
import * as Terminal from "./formats/Terminal.js"
import * as Conformance from "./kit/Conformance.js"
import type { InvalidOptions } from "./kit/options.js"
import * as Budget from "./model/Budget.js"
import { rowOf } from "./model/Check.js"
import type { Report, ReportedRequirement } from "./report/Report.js"
import { counterexamplesOf } from "./report/summary.js"

/**
 * What to test, and how it appears in the suite.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Conformance.Options {
  /** The title of the suite. `Send message contract` unless given. */
  readonly name?: string | undefined
  /**
   * For each test of vitest; `timeout` is for each answer of the server. A minute more than `maxDuration` unless
   * given: the first test waits for the whole run.
   */
  readonly testTimeout?: Duration.DurationInput | undefined
}

/**
 * Registers one test for each requirement that `only` and `skip` leave. The first test that runs starts the run, and
 * prints its seed before; the others wait for the same run. Where vitest leaves tests out, as with `-t`, what only they
 * need is not sent. A broken MUST fails its test with the counterexample, a
 * broken SHOULD only warns unless `strict` is set, and an inconclusive run fails every test with its reason.
 *
 * @example
 * ```ts
 * import { contractTests } from "@inbox-effect/contract-tests/vitest"
 *
 * contractTests({ url: "http://127.0.0.1:8787/api/v1", token: "secret", threadId: "t1" })
 * ```
 *
 * @since 0.1.0
 * @category testing
 */
export const contractTests = (options: Options): void => {
  const selected = selection(options.only ?? [], options.skip ?? [])
  const own = (options.checks ?? []).map((check) => ({ id: rowOf(check), title: check.title }))
  const requirements = [...Requirement.all.filter((each) => selected(each.id)), ...own]
  const report = lazily((context: TestContext) => start(options, chosen(requirements, context)))
  const timeout = Duration.toMillis(
    options.testTimeout ??
      Duration.sum(options.maxDuration ?? Budget.sizes[options.budget ?? "default"].maxDuration, "1 minute")
  )
  describe(options.name ?? "Send message contract", () => {
    for (const requirement of requirements) {
      it(titleOf(requirement), { timeout }, async (context) => {
        await judge(requirement.id, await report(context), options, context)
      })
    }
  })
}

/** Subject of a test: a requirement, or a check of the user's own. */
interface Tested extends Pick<ReportedRequirement, "id" | "title"> {}

const titleOf = ({ id, title }: Tested): string => `${id}: ${title}`

/**
 * The requirements whose tests are going to run, beside the one that asks; `undefined` for all of them, which a check of the
 * user's own needs.
 */
const chosen = (requirements: ReadonlyArray<Tested>, { task }: TestContext): ReadonlyArray<string> | undefined => {
  const left = new Set(
    (task.suite?.tasks ?? []).filter(({ mode }) => mode === "skip" || mode === "todo").map(({ name }) => name)
  )
  const ids = requirements.filter((each) => !left.has(titleOf(each))).map(({ id }) => id)
  return ids.length === requirements.length || ids.some((id) => !Requirement.byId.has(id)) ? undefined : ids
}

const lazily = <A, B>(make: (first: A) => Promise<B>): ((each: A) => Promise<B>) => {
  let made: Promise<B> | undefined
  return (each) => {
    made ??= make(each)
    return made
  }
}

/** Never rejects: the stack of a rejection would be the kit's own, which helps nobody. */
const start = (
  options: Options,
  only: ReadonlyArray<string> | undefined = options.only
): Promise<Report | InvalidOptions> => {
  const seed = options.seed ?? Math.floor(Math.random() * 0x7fffffff)
  // A test that times out would swallow the seed.
  return Console.info(`contract tests against ${shown(String(options.url))}, seed ${seed}`).pipe(
    Effect.zipRight(Effect.merge(Conformance.run({ ...options, only, seed }))),
    Effect.runPromise
  )
}

/** A URL may hold credentials by mistake. */
const shown = (url: string): string => (URL.canParse(url) ? new URL(url).origin + new URL(url).pathname : "the url")

/** Its message says everything, and there is no line of code to point at. */
class ContractViolation extends Error {
  constructor(message: string) {
    super(message)
    this.name = "ContractViolation"
    // Without a frame of V8's, vitest takes each line for one of Firefox, in time that grows with the cube of its length.
    this.stack = `${this.name}: ${message}\n    at inbox-contract (native)`
  }
}

/** Returns where a requirement holds, and throws the reason where it does not. */
const judge = (
  id: string,
  report: Report | InvalidOptions,
  options: Options,
  context: TestContext
): Promise<void> | undefined => {
  if ("_tag" in report) throw new ContractViolation(report.message)
  if (report.verdict === "inconclusive") throw new ContractViolation(Terminal.verdict(report))
  const row = report.requirements.find((each) => each.id === id)
  if (row === undefined) throw new ContractViolation(`the report has no row ${id}`)
  if (report.staleWaivers.includes(id)) throw new ContractViolation(`${id} holds; remove its waiver, which is stale`)
  switch (row.status) {
    case "passed":
      return undefined
    case "failed":
      throw new ContractViolation(proof(row, report, options))
    case "warned":
      if (report.strict) throw new ContractViolation(proof(row, report, options))
      return note(proof(row, report, options), context)
    case "waived":
      return note(`${id} is broken, and waived: ${row.waived ?? ""}`, context)
    case "skipped":
      return context.skip(row.because)
    case "inconclusive":
      throw new ContractViolation(report.reason ?? "the run ended before this was tested")
  }
}

const proof = (row: ReportedRequirement, report: Report, { replyTo }: Options): string =>
  counterexamplesOf(row)
    .map((each) => Terminal.renderFinding(row, each, { command: Terminal.commandOf(report, replyTo) }))
    .concat(`seed ${report.seed}`)
    .join("\n\n")

const note = (text: string, context: TestContext): Promise<void> =>
  Console.warn(text).pipe(
    Effect.zipRight(Effect.promise(() => context.annotate(text.split("\n")[0] ?? "", "warning"))),
    Effect.asVoid,
    Effect.runPromise
  )

/**
 * The kit run on several targets, one after another, and what it says of them side by side.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import * as Requirement from "../contract/Requirement.js"
import * as Budget from "../model/Budget.js"
import * as Report from "../report/Report.js"
import type * as RunProgress from "../run/progress.js"
import * as Conformance from "./Conformance.js"
import * as KitOptions from "./options.js"
import { InvalidOptions, integer, resolve } from "./options.js"

export { parseTargets, TargetEntry, TargetName } from "./matrix/targets.js"

/**
 * One of the targets. Its name heads its column, and no other target has it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Target extends Pick<KitOptions.Options, "url" | "token" | "threadId" | "replyTo"> {
  readonly name: string
}

/**
 * Progress of the run of one target.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress extends RunProgress.Progress {
  /** The name of the target. */
  readonly target: string
}

/**
 * Options of a matrix. The limits of time and rate are those of each target.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options
  extends Pick<
    KitOptions.Options,
    | "budget"
    | "runs"
    | "seed"
    | "concurrency"
    | "interval"
    | "timeout"
    | "maxDuration"
    | "only"
    | "skip"
    | "strict"
    | "allowHosted"
    | "interrupt"
  > {
  readonly targets: ReadonlyArray<Target>
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/**
 * A target and what the kit says of it.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Column = Schema.Struct({ name: Schema.String, report: Report.Report }).annotations({
  identifier: "Column"
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Column extends Schema.Schema.Type<typeof Column> {}

/**
 * The outcome for all targets.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Matrix = Schema.Struct({
  version: Schema.Literal(1),
  /** The worst of all: one that violates, or else one that could not be told. */
  verdict: Report.Verdict,
  seed: Schema.Int,
  budget: Budget.Budget,
  runs: Schema.Int,
  strict: Schema.Boolean,
  startedAt: Schema.String,
  durationMs: Schema.NonNegativeInt,
  /** In the order in which they were tested. */
  targets: Schema.Array(Column)
}).annotations({ identifier: "Matrix", title: "Conformance of several servers" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Matrix extends Schema.Schema.Type<typeof Matrix> {}

/**
 * The schema of a matrix as JSON Schema (draft 7), for readers in other languages.
 *
 * @since 0.1.0
 * @category schemas
 */
export const jsonSchema: JSONSchema.JsonSchema7Root = JSONSchema.make(Matrix)

/**
 * Tests all targets with the same seed, one after another. Fails only for options that make no sense, and then before
 * anything is sent: what goes wrong on the way is part of the reports.
 *
 * @since 0.1.0
 * @category running
 */
export const run = ({
  interrupt = Effect.never,
  onProgress,
  targets,
  ...options
}: Options): Effect.Effect<Matrix, InvalidOptions> =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* checkNames(targets)
      const budget = options.budget ?? "default"
      const runs = yield* integer("runs", options.runs ?? Budget.sizes[budget].runs, 1)
      const seed = yield* KitOptions.seed(options.seed)
      yield* Effect.forEach(targets, (target) => named(target, resolve({ ...options, ...target })), {
        discard: true
      })
      // Whatever is left to test when it comes ends at once.
      const stop = yield* Deferred.make<void>()
      yield* Effect.forkScoped(Effect.zipRight(interrupt, Deferred.succeed(stop, undefined)))
      const startedAt = new Date()
      const columns = yield* Effect.forEach(targets, (target) =>
        Effect.map(
          named(
            target,
            Conformance.run({
              ...options,
              url: target.url,
              token: target.token,
              threadId: target.threadId,
              replyTo: target.replyTo,
              budget,
              runs,
              seed,
              onProgress: (progress) => onProgress?.({ ...progress, target: target.name }),
              interrupt: Deferred.await(stop)
            })
          ),
          (report): Column => ({ name: target.name, report })
        )
      )
      return {
        version: 1,
        verdict: worst(columns.map(({ report }) => report.verdict)),
        seed,
        budget,
        runs,
        strict: options.strict ?? false,
        startedAt: startedAt.toISOString(),
        durationMs: Date.now() - startedAt.getTime(),
        targets: columns
      }
    })
  )

const checkNames = (targets: ReadonlyArray<Target>): Effect.Effect<void, InvalidOptions> => {
  const names = targets.map(({ name }) => name)
  const twice = names.find((name, position) => names.indexOf(name) !== position)
  if (names.length === 0) return invalid("is empty; give a target, better two")
  return twice === undefined
    ? Effect.void
    : invalid(`has the name ${JSON.stringify(twice)} twice; give each target a name of its own`)
}

const invalid = (problem: string): InvalidOptions =>
  new InvalidOptions({ option: "targets", message: `targets ${problem}` })

/** Says which target an option is wrong for. */
const named = <A>({ name }: Target, effect: Effect.Effect<A, InvalidOptions>): Effect.Effect<A, InvalidOptions> =>
  Effect.mapError(
    effect,
    ({ message, option }) => new InvalidOptions({ option, message: `target ${name}: ${message}` })
  )

const worst = (verdicts: ReadonlyArray<Report.Verdict>): Report.Verdict =>
  (["violates", "inconclusive"] as const).find((verdict) => verdicts.includes(verdict)) ?? "conforms"

/**
 * The exit code of the command line: 1 where a target violates, 3 where one is inconclusive, 0 where all conform.
 *
 * @since 0.1.0
 * @category getters
 */
export const exitCode: (self: Pick<Matrix, "verdict">) => 0 | 1 | 3 = Report.exitCode

/**
 * Statuses of one requirement, target by target.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row {
  readonly requirement: Requirement.Requirement
  /** In the order of the targets. */
  readonly statuses: ReadonlyArray<Report.Status>
}

/**
 * The rows of a matrix, in the order of the catalogue.
 *
 * @since 0.1.0
 * @category getters
 */
export const rows = ({ targets }: Pick<Matrix, "targets">): ReadonlyArray<Row> => {
  const statuses = targets.map(
    ({ report }) => new Map(report.requirements.map(({ id, status }) => [id, status] as const))
  )
  return Requirement.all.map((requirement) => ({
    requirement,
    statuses: statuses.map((each) => each.get(requirement.id) ?? "skipped")
  }))
}

/**
 * Tells whether a row is of interest: it is neither passed by all targets nor skipped by all of them.
 *
 * @since 0.1.0
 * @category getters
 */
export const isTelling = ({ statuses }: Row): boolean =>
  (["passed", "skipped"] as const).every((quiet) => statuses.some((status) => status !== quiet))

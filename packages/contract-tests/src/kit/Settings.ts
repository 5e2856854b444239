/**
 * Settings in a file: what `inbox-contract run` reads from `inbox-contract.json`, beside its flags.
 *
 * @since 0.1.0
 */
import * as JSONSchema from "effect/JSONSchema"
import * as Schema from "effect/Schema"
import * as Budget from "../model/Budget.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

const id = Schema.String.pipe(
  Schema.pattern(/^[0-9a-z]+$/, { message: () => "an id has the characters 0-9 and a-z only" })
)

const time = Schema.String.pipe(
  Schema.pattern(/^\d+(\.\d+)?(ms|s|m|h)$/, { message: () => 'a time is a number with ms, s, m or h, such as "10s"' })
)

const rate = Schema.String.pipe(
  Schema.pattern(/^\d+\/(second|minute|hour)$/, { message: () => 'a rate is such as "250/minute"' })
)

const positive = Schema.Int.pipe(
  Schema.greaterThanOrEqualTo(1, { message: () => "it has to be a whole number of at least 1" })
)

const variable = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z_][A-Za-z0-9_]*$/, { message: () => "it has to be the name of an environment variable" })
)

/**
 * The settings of a run, named as the flags are. There is no key for a token: it comes from a variable or from a command.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Settings = Schema.Struct({
  /** The JSON Schema of the file, for editors. */
  $schema: optional(Schema.String),
  /** The base URL, up to and including `/api/v1`. */
  url: optional(Schema.String),
  /** One thread that exists, or two. */
  threads: optional(Schema.Array(id).pipe(Schema.minItems(1), Schema.maxItems(2))),
  /** An existing message of the first thread. */
  replyTo: optional(id),
  /** The environment variable that has the token; `INBOX_API_TOKEN` unless given. */
  tokenVariable: optional(variable),
  /** A command that prints the token, run without a shell. */
  tokenCommand: optional(Schema.NonEmptyString),
  /** Headers for each request: a value, or the environment variable that has it. */
  headers: optional(
    Schema.Record({ key: Schema.String, value: Schema.Union(Schema.String, Schema.Struct({ variable })) })
  ),
  /** A file of certificates to trust. */
  cacert: optional(Schema.NonEmptyString),
  budget: optional(Budget.Budget),
  runs: optional(positive),
  seed: optional(Schema.Int),
  concurrency: optional(positive),
  rate: optional(rate),
  timeout: optional(time),
  maxDuration: optional(time),
  for: optional(time),
  untilFailure: optional(Schema.Boolean),
  /** Ids of requirements, or the beginnings of ids. */
  only: optional(Schema.Array(Schema.String)),
  skip: optional(Schema.Array(Schema.String)),
  strict: optional(Schema.Boolean),
  /** A file of waivers. */
  waive: optional(Schema.NonEmptyString),
  /** A file of contents. */
  contents: optional(Schema.NonEmptyString),
  /** A file for all traffic. */
  record: optional(Schema.NonEmptyString),
  /** Reports, each as `FORMAT=FILE`. */
  reports: optional(
    Schema.Array(
      Schema.String.pipe(
        Schema.pattern(/^(json|junit|html|markdown)=./, { message: () => 'a report is such as "junit=report.xml"' })
      )
    )
  ),
  brief: optional(Schema.Boolean),
  verbose: optional(Schema.Boolean)
}).annotations({ identifier: "Settings", title: "Settings of inbox-contract run" })

/**
 * @since 0.1.0
 * @category models
 */
export interface Settings extends Schema.Schema.Type<typeof Settings> {}

/**
 * The schema of the settings as JSON Schema (draft 7), for editors.
 *
 * @since 0.1.0
 * @category schemas
 */
export const jsonSchema: JSONSchema.JsonSchema7Root = JSONSchema.make(Settings)

/**
 * Why a sandbox could not start.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A sandbox could not start: its port or host is not to be had (`Listen`), its database cannot be opened (`Database`),
 * or its options contradict what is possible (`Options`). `message` is one sentence for a person.
 *
 * @since 0.1.0
 * @category errors
 */
export class SandboxError extends Schema.TaggedError<SandboxError>("@inbox-effect/sandbox/SandboxError")(
  "SandboxError",
  {
    reason: Schema.Literal("Listen", "Database", "Options"),
    message: Schema.String,
    cause: Schema.optional(Schema.Defect)
  }
) {}

import * as Schema from "effect/Schema"
import { flagless, type Kind, map } from "../kind.js"

/**
 * Handles the request at once and answers `millis` later, ten minutes at most.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Latency = Schema.TaggedStruct("Latency", {
  millis: Schema.Int.pipe(Schema.between(0, 600_000))
})

const toMillis = (text: string): number | undefined => {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s)?$/.exec(text) ?? []
  const millis = Math.round(Number(amount) * (unit === "s" ? 1_000 : 1))
  return amount !== undefined && millis <= 600_000 ? millis : undefined
}

/** An answer that is late. */
export const latency: Kind<typeof Latency.Type> = {
  spelled: "latency",
  takes: "a time up to ten minutes, as in latency=250ms or latency=1.5s",
  read: flagless((value = "") => map(toMillis(value), (millis) => Latency.make({ millis }))),
  latency: ({ millis }) => millis,
  description: {
    title: "Latency",
    about: "The message is handled at once and the answer comes late.",
    fields: [{ kind: "number", name: "millis", label: "Milliseconds", value: 2_000, min: 0, max: 600_000 }],
    phrases: [
      {
        name: "Latency of {millis} ms",
        deed: "The request was handled at once, and answered {millis} ms later.",
        spelling: "latency={millis}ms"
      }
    ],
    common: [{ millis: 2_000 }]
  }
}

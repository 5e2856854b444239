import * as Schema from "effect/Schema"
import { told } from "../answers.js"
import { digits, type Kind, map } from "../kind.js"

/**
 * Answers with an error status: 400 to 599, in the vendor's envelope and with the vendor's code where it documents one.
 * Nothing is stored, unless `stored` says that the message is kept all the same.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Status = Schema.TaggedStruct("Status", {
  status: Schema.Int.pipe(Schema.between(400, 599)),
  stored: Schema.Boolean
})

/** An error status. */
export const status: Kind<typeof Status.Type> = {
  spelled: "status",
  takes: "a status from 400 to 599, as in status=503, or status=500;stored to keep the message all the same",
  read: (value = "", flag) =>
    flag === undefined || flag === "stored"
      ? map(digits(value, 400, 599), (status) => Status.make({ status, stored: flag === "stored" }))
      : undefined,
  refuses: ({ stored }) => !stored,
  change: ({ status }) => told(status),
  description: {
    title: "Error status",
    about: "An error of the vendor's, in the vendor's envelope.",
    fields: [
      {
        kind: "number",
        name: "status",
        label: "Status",
        value: 503,
        min: 400,
        max: 599,
        // Those that the vendor documents, and those of whatever stands before it.
        suggestions: [400, 401, 403, 404, 409, 422, 500, 502, 503, 504]
      },
      { kind: "flag", name: "stored", label: "Store the message all the same" }
    ],
    phrases: [
      {
        where: { stored: true },
        name: "Status {status}, stored all the same",
        deed: "The message was stored, and the answer was {status} all the same.",
        spelling: "status={status};stored"
      },
      {
        name: "Status {status}",
        deed: "The answer was {status}, and nothing was stored.",
        spelling: "status={status}"
      }
    ],
    common: [
      { status: 503, stored: false },
      { status: 500, stored: true }
    ]
  }
}

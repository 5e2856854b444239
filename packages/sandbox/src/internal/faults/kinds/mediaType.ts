import * as Answer from "@inbox-effect/server/Answer"
import * as Schema from "effect/Schema"
import { flagless, type Kind } from "../kind.js"

/**
 * Calls the body of the answer something else than `application/json`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MediaType = Schema.TaggedStruct("MediaType", {
  mediaType: Schema.String.pipe(Schema.pattern(/^[a-z0-9][a-z0-9.+-]*\/[a-z0-9][a-z0-9.+-]*$/))
})

/** An answer that calls its body something else. */
export const mediaType: Kind<typeof MediaType.Type> = {
  spelled: "media-type",
  takes: "a media type, as in media-type=text/html",
  read: flagless((mediaType = "text/html") =>
    Schema.is(MediaType.fields.mediaType)(mediaType) ? MediaType.make({ mediaType }) : undefined
  ),
  change: ({ mediaType }, answer) => Answer.setHeaders(answer, { "content-type": mediaType }),
  description: {
    title: "Other media type",
    about: "A 200 that calls its body something else than JSON.",
    fields: [
      {
        kind: "text",
        name: "mediaType",
        label: "Media type",
        value: "text/html",
        pattern: "[a-z0-9][a-z0-9.+\\-]*/[a-z0-9][a-z0-9.+\\-]*",
        hint: "as in text/html"
      }
    ],
    phrases: [
      {
        name: "Media type {mediaType}",
        deed: "The message was stored, and the answer called itself {mediaType}.",
        spelling: "media-type={mediaType}"
      }
    ],
    common: []
  }
}

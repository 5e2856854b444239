import type { Fault } from "../../Fault.js"
import type { Description, Kind } from "./kind.js"
import { deprecation } from "./kinds/deprecation.js"
import { latency } from "./kinds/latency.js"
import { malformedJson } from "./kinds/malformedJson.js"
import { mediaType } from "./kinds/mediaType.js"
import { missingKeys } from "./kinds/missingKeys.js"
import { rateLimited } from "./kinds/rateLimited.js"
import { reset } from "./kinds/reset.js"
import { stall } from "./kinds/stall.js"
import { status } from "./kinds/status.js"
import { sunset } from "./kinds/sunset.js"
import { truncated } from "./kinds/truncated.js"

type Tag = Fault["_tag"]

/** Every kind of fault: the order in which the page offers them, and in which several of one request take effect. */
const catalogue: { readonly [T in Tag]: Kind<Extract<Fault, { readonly _tag: T }>> } = {
  Reset: reset,
  Stall: stall,
  Latency: latency,
  Status: status,
  RateLimited: rateLimited,
  Truncated: truncated,
  MissingKeys: missingKeys,
  MalformedJson: malformedJson,
  MediaType: mediaType,
  Sunset: sunset,
  Deprecation: deprecation
}

/** The kind of a fault, which takes faults of this kind alone. */
export const kindOf = ({ _tag }: Fault): Kind<Fault> => catalogue[_tag] as Kind<Fault>

/** The tags of all kinds, in their order. */
export const tags = Object.keys(catalogue) as ReadonlyArray<Tag>

/** Every kind by the name that the header has for it. */
export const bySpelling: ReadonlyMap<string, Pick<Kind<Fault>, "read" | "takes">> = new Map(
  Object.values(catalogue).map((kind) => [kind.spelled, kind])
)

/** Descriptions of all kinds, for the page. */
export const descriptions: ReadonlyArray<Description & { readonly tag: Tag }> = tags.map((tag) => ({
  tag,
  ...catalogue[tag].description,
  common: catalogue[tag].description.common.map((values) => ({ _tag: tag, ...values }))
}))

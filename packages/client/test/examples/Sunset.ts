import { Sunset } from "@inbox-effect/client"
import { DateTime } from "effect"

export const sentence = Sunset.toSentence({ sunsetAt: DateTime.unsafeMake("2026-12-03T00:00:00Z") })

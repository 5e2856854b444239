import { Rfc3339 } from "@inbox-effect/client"

export const answers = [Rfc3339.isDateTime("2023-11-07T05:31:56Z"), Rfc3339.isDateTime("2023-11-07")]

export const millis = Rfc3339.toEpochMillis("2023-11-07T05:31:56Z")

import { Delivery } from "@inbox-effect/client"

export const rowOf429 = Delivery.ofStatus(429)

export const words = Delivery.sentences[rowOf429.delivery]

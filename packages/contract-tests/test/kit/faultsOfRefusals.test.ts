import { describe } from "@effect/vitest"
import { findsFaultsOf } from "../support/examine.js"

describe("the kit, on servers that do not refuse what they have to", () => {
  findsFaultsOf(["auth", "reject", "protocol"])
})

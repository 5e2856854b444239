import { describe } from "@effect/vitest"
import { findsFaultsOf } from "../support/examine.js"

describe("the kit, on servers that answer valid requests wrongly", () => {
  findsFaultsOf(["accept", "response", "semantics"])
})

import type { Sandbox } from "@inbox-effect/sandbox"
import { Effect } from "effect"
import { contents, type Stored } from "../../server/test/suites/contents.js"
import type { Served } from "../../server/test/support/http.js"
import { inMemory } from "./support/databases.js"
import { firstThread } from "./support/http.js"

const isSandbox = (served: Served): served is typeof Sandbox.Sandbox.Service => "messages" in served

const stored: Stored = (served) =>
  isSandbox(served)
    ? Effect.orDie(
        Effect.map(served.messages(firstThread(served).id), (messages) => messages.map(({ content }) => content))
      )
    : Effect.dieMessage("There is no such store")

contents(inMemory, stored)

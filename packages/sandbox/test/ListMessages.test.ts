import { listMessages } from "./suites/listMessages.js"
import { inMemory } from "./support/databases.js"

listMessages(inMemory)

import * as HttpApi from "@effect/platform/HttpApi"
import { inspector } from "../../Inspector.js"
import { Gate } from "./gate.js"

/** The inspector as it is served: behind its gate. */
export const inspectorApi = HttpApi.make("inspector").add(inspector.middleware(Gate))

import { HttpClient, type HttpClientRequest } from "@effect/platform"
import * as Transport from "@inbox-effect/client/Transport"
import { Effect } from "effect"

export const post = (request: HttpClientRequest.HttpClientRequest) =>
  Effect.retry(HttpClient.execute(request), { times: 2, while: Transport.isNeverSent })

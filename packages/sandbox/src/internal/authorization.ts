import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as ErrorResponse from "@inbox-effect/client/ErrorResponse"
import * as InboxApi from "@inbox-effect/client/InboxApi"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import type * as Inspector from "../Inspector.js"
import { Storage } from "../Storage.js"
import * as Notes from "./notes.js"
import * as PublicToken from "./publicToken.js"
import type { RateLimit } from "./rateLimit.js"

/** RFC 9110: the scheme in any case, one space or more, one token. */
const credentials = /^bearer +([^\s]+)$/i

const refused = (message: string) => ErrorResponse.make(401, "UNAUTHORIZED", message)

const tokenOf = (header: string | undefined): Option.Option<Redacted.Redacted> =>
  Option.fromNullable(credentials.exec(header ?? "")?.[1]).pipe(Option.map(Redacted.make))

/**
 * Bearer authentication against the tokens in the storage. The framework hands over whatever follows the seventh
 * character of the header, so the header is read here, strictly. Tokens are compared by looking up their SHA-256,
 * which takes the same time for a near miss as for any other wrong token.
 */
export const layer = (
  listenHost: string,
  rateLimit: RateLimit,
  settings: Ref.Ref<Inspector.Settings>
): Layer.Layer<InboxApi.Authorization, never, Storage> =>
  Layer.effect(
    InboxApi.Authorization,
    Effect.map(Storage, (storage) => {
      const admit = (notes: Notes.Notes, teamId: string) =>
        Effect.flatMap(Ref.get(settings), ({ rateLimits }) => {
          notes.teamId = teamId
          return Effect.map(Effect.orDie(rateLimit.take(teamId, rateLimits)), (verdict) => {
            notes.verdict = verdict
            return InboxApi.Caller.of({ teamId })
          })
        })
      const authorize = Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
        const token = tokenOf(request.headers.authorization)
        if (Option.isNone(token)) {
          return Effect.fail(refused("Send the header Authorization: Bearer <token>"))
        }
        const unfit = PublicToken.isPublic(Redacted.value(token.value))
          ? PublicToken.refusalFor(request.headers, listenHost)
          : Option.none()
        if (Option.isSome(unfit)) return Effect.fail(refused(unfit.value))
        return Effect.flatMap(Effect.orDie(storage.teamOf(token.value)), (team) =>
          Option.isNone(team)
            ? Effect.fail(refused("The token is not known here"))
            : admit(Notes.of(request), team.value)
        )
      })
      return InboxApi.Authorization.of({ bearerAuth: () => authorize })
    })
  )

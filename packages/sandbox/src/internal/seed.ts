import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { TeamOptions } from "../Sandbox.js"
import * as Storage from "../Storage.js"
import { invalid, type Settings } from "./settings.js"
import * as Database from "./storage/database.js"

const greeting = "Hi, is this still available?"

const seedThread = (teamId: string, threadId: string) =>
  Effect.gen(function* () {
    const storage = yield* Storage.Storage
    yield* storage.addThread(teamId, threadId)
    const thread = Option.getOrThrow(yield* storage.thread(threadId))
    if (thread.teamId !== teamId) {
      return yield* Effect.fail(invalid(`The thread ${threadId} belongs to another team in this database`))
    }
    const stored = yield* storage.firstInbound(threadId)
    const inbound = Option.isSome(stored)
      ? stored.value
      : yield* storage.append({ thread, content: greeting, origin: "external", replyTo: Option.none() })
    return { id: threadId, inboundMessageId: inbound.id }
  })

/** The team of a token or of a thread from an earlier start; the first team for the first, a new one for any other. */
const teamFor = ({ threads, token }: Required<TeamOptions>, index: number) =>
  Effect.gen(function* () {
    const storage = yield* Storage.Storage
    const known = yield* storage.teamOf(token)
    if (Option.isSome(known)) return known.value
    if (index === 0) return yield* storage.firstTeam
    const [thread] = Arr.getSomes(yield* Effect.forEach(threads ?? [], storage.thread))
    return thread?.teamId ?? (yield* storage.addTeam)
  })

const seedTeam = (team: Required<TeamOptions>, index: number) =>
  Effect.gen(function* () {
    const storage = yield* Storage.Storage
    const id = yield* teamFor(team, index)
    yield* storage.addToken(id, team.token)
    yield* storage.setOutboundAddon(id, team.outboundAddon ?? false)
    const threads = yield* Effect.forEach(team.threads ?? [], (threadId) => seedThread(id, threadId))
    return { id, token: team.token, threads }
  })

const revokeOthers = (teams: Settings["teams"]) =>
  Effect.gen(function* () {
    const { revokeToken, tokens } = yield* Storage.Storage
    const ours = new Set(teams.map(({ token }) => Storage.tokenId(token)))
    const others = (yield* tokens).filter(({ id }) => !ours.has(id))
    yield* Effect.forEach(others, ({ id }) => revokeToken(id))
  })

/** Makes teams, tokens and threads. The first start of several processes on one database may be at the same moment. */
export const seed = (settings: Settings) =>
  Effect.forEach(settings.teams, seedTeam).pipe(
    Effect.zipLeft(Effect.when(revokeOthers(settings.teams), () => settings.revokeOthers)),
    Database.exclusively
  )

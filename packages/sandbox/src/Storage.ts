/**
 * The storage of a sandbox: teams, their tokens, threads and messages, in a SQL database.
 *
 * @since 0.1.0
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Message from "@inbox-effect/client/Message"
import * as Context from "effect/Context"
import type * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import { appending } from "./internal/storage/append.js"
import { clear } from "./internal/storage/clear.js"
import * as Insert from "./internal/storage/insert.js"
import * as Instants from "./internal/storage/instants.js"
import * as Messages from "./internal/storage/messages.js"
import { summaries, summary } from "./internal/storage/summaries.js"
import * as Teams from "./internal/storage/teams.js"
import * as Threads from "./internal/storage/threads.js"
import * as Tokens from "./internal/storage/tokens.js"

/**
 * A conversation: the team that it belongs to, the account that the team speaks as (`accountLinkId`), and the other
 * side (`externalId`).
 *
 * @since 0.1.0
 * @category models
 */
export interface Thread {
  readonly id: string
  readonly teamId: string
  readonly accountLinkId: string
  readonly externalId: string
}

/**
 * The part of a new message that its caller decides. The storage adds the identifier, the instant and everything that a
 * message just sent has in common with any other.
 *
 * @since 0.1.0
 * @category models
 */
export interface Draft {
  readonly thread: Thread
  readonly content: string
  readonly origin: "api" | "external"
  readonly replyTo: Option.Option<Message.Message>
}

/**
 * A thread and what is in it: how many messages, how many of them from the other side, and the newest, its content cut
 * to 200 characters.
 *
 * @since 0.1.0
 * @category models
 */
export interface Summary {
  readonly id: string
  readonly teamId: string
  readonly createdAt: DateTime.Utc
  readonly lastActivityAt: DateTime.Utc
  readonly messageCount: number
  readonly inboundCount: number
  readonly lastMessage: Pick<Message.Message, "id" | "origin" | "createdAt" | "content"> | null
}

/**
 * A team, and whether it may write first into a thread.
 *
 * @since 0.1.0
 * @category models
 */
export interface Team {
  readonly id: string
  readonly outboundAddon: boolean
}

/**
 * A token that is accepted. `id` is the beginning of its SHA-256, which tells tokens apart and gives none away.
 *
 * @since 0.1.0
 * @category models
 */
export interface Token {
  readonly id: string
  readonly teamId: string
  readonly createdAt: DateTime.Utc
}

/**
 * The queries that the server asks. Every operation but `clear` happens as a whole or not at all, and its answer has been
 * committed. None can be interrupted: whoever asked may leave, but what was asked is done. A lock of another process is
 * waited for a short while, and fails the operation then.
 *
 * @since 0.1.0
 * @category tags
 */
export class Storage extends Context.Tag("@inbox-effect/sandbox/Storage")<
  Storage,
  {
    /** The team that a token belongs to. */
    readonly teamOf: (token: Redacted.Redacted) => Effect.Effect<Option.Option<string>, SqlError>
    /** A thread by its identifier, whichever team it belongs to. */
    readonly thread: (threadId: string) => Effect.Effect<Option.Option<Thread>, SqlError>
    /** A message by its identifier, if it is in that thread. */
    readonly message: (threadId: string, messageId: string) => Effect.Effect<Option.Option<Message.Message>, SqlError>
    /** The oldest message of a thread that its other side wrote. */
    readonly firstInbound: (threadId: string) => Effect.Effect<Option.Option<Message.Message>, SqlError>
    /** Every message of a thread, oldest first. */
    readonly messages: (threadId: string) => Effect.Effect<ReadonlyArray<Message.Message>, SqlError>
    /** Up to `limit` messages of a thread, newest first; behind the message `before`, where one is given. */
    readonly page: (
      threadId: string,
      options: { readonly before: Option.Option<string>; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<Message.Message>, SqlError>
    /**
     * Stores a new message and returns it. Instants never decrease from one append to the next, and within a thread not
     * even where several processes share the database.
     */
    readonly append: (draft: Draft) => Effect.Effect<Message.Message, SqlError>
    /** The threads of a team, oldest first. */
    readonly threads: (teamId: string) => Effect.Effect<ReadonlyArray<Thread>, SqlError>
    /** Tells whether there is any message in a thread. */
    readonly hasMessages: (threadId: string) => Effect.Effect<boolean, SqlError>
    /** The team that was made first, made now if there is none. */
    readonly firstTeam: Effect.Effect<string, SqlError>
    /** Makes a team. */
    readonly addTeam: Effect.Effect<string, SqlError>
    /** Tells whether a team may write first into a thread. */
    readonly hasOutboundAddon: (teamId: string) => Effect.Effect<boolean, SqlError>
    /** Gives a team the add-on that lets it write first, or takes it away. */
    readonly setOutboundAddon: (teamId: string, has: boolean) => Effect.Effect<void, SqlError>
    /** Lets a token act for a team. A token that is known already keeps its team. */
    readonly addToken: (teamId: string, token: Redacted.Redacted) => Effect.Effect<void, SqlError>
    /** Every token that is accepted, oldest first. */
    readonly tokens: Effect.Effect<ReadonlyArray<Token>, SqlError>
    /**
     * Accepts a token no more, by the id that `tokens` has; `false` where there is no such token. Other processes on the
     * same database follow within five seconds.
     */
    readonly revokeToken: (id: string) => Effect.Effect<boolean, SqlError>
    /** Every team, oldest first. */
    readonly teams: Effect.Effect<ReadonlyArray<Team>, SqlError>
    /** Every thread with what is in it, the one with the newest activity first. */
    readonly summaries: Effect.Effect<ReadonlyArray<Summary>, SqlError>
    /** A thread with what is in it. */
    readonly summary: (threadId: string) => Effect.Effect<Option.Option<Summary>, SqlError>
    /**
     * Deletes every message that is there now, but for the first of the other side in each thread, and returns how many
     * that were. It does so in slices, between which everybody else goes on.
     */
    readonly clear: Effect.Effect<number, SqlError>
    /**
     * Opens a thread, and stores a message of its other side in it where one is given: both or neither. Returns that
     * message or `null`; `None` where there is a thread with this id.
     */
    readonly openThread: (
      teamId: string,
      threadId: string,
      greeting: Option.Option<string>
    ) => Effect.Effect<Option.Option<Message.Message | null>, SqlError>
    /** Adds a thread. One that exists stays as it is, whoever has it. */
    readonly addThread: (teamId: string, threadId: string) => Effect.Effect<void, SqlError>
  }
>() {}

/**
 * The name of a token where it must not be shown: the beginning of its SHA-256.
 *
 * @since 0.1.0
 * @category conversions
 */
export const tokenId: (token: Redacted.Redacted) => string = Tokens.idOf

/** Keeps whoever asks from leaving a query half-way. */
const whole =
  <Args extends ReadonlyArray<unknown>, A, E>(query: (...args: Args) => Effect.Effect<A, E>) =>
  (...args: Args): Effect.Effect<A, E> =>
    Effect.uninterruptible(query(...args))

/**
 * A storage over whatever `SqlClient` is given, whose tables are in place.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<typeof Storage.Service, SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const instants = yield* Instants.make(sql)
  const insert = Insert.make(sql)
  const written = Messages.makeWritten(sql)
  const teamOf = Tokens.makeTeamOf(sql)
  const append = appending(insert, instants)

  return {
    teamOf,
    thread: Threads.thread(sql),
    message: whole(Messages.message(sql)),
    firstInbound: whole(Messages.firstInbound(sql)),
    messages: whole(Messages.messages(sql)),
    page: whole(Messages.page(sql)),
    append: whole((draft) =>
      Effect.map(append(draft), (message) => {
        written.add(message.threadId)
        return message
      })
    ),
    threads: whole(Threads.threads(sql)),
    hasMessages: written.has,
    firstTeam: Effect.uninterruptible(Teams.firstTeam(sql, instants)),
    addTeam: Effect.uninterruptible(Teams.addTeam(sql, instants)),
    hasOutboundAddon: whole(Teams.hasOutboundAddon(sql)),
    setOutboundAddon: whole(Teams.setOutboundAddon(sql)),
    addToken: whole(Tokens.addToken(sql, instants)),
    tokens: Effect.uninterruptible(Tokens.tokens(sql)),
    revokeToken: whole(Tokens.revokeToken(sql, teamOf)),
    teams: Effect.uninterruptible(Teams.teams(sql)),
    summaries: Effect.uninterruptible(summaries(sql)),
    summary: whole(summary(sql)),
    clear: Effect.uninterruptible(Effect.ensuring(clear(sql), Effect.sync(written.clear))),
    openThread: whole(Threads.openThread(sql, instants, appending(insert.alone, instants))),
    addThread: whole(Threads.addThread(sql, instants))
  }
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Storage, SqlError, SqlClient.SqlClient> = Layer.effect(Storage, make)

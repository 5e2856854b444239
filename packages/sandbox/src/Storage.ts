/**
 * What the sandbox remembers: teams, their tokens, threads and messages, in a SQL database.
 *
 * @since 0.1.0
 */

import { createHash } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type * as Message from "@inbox-effect/client/Message"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Batches from "./internal/batches.js"
import * as Id from "./internal/id.js"

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
 * What a caller decides about a new message. The storage adds the identifier, the instant and everything that a
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
 * The queries that the server asks. Every operation but `clear` is one statement, and what it answers has been committed. None can
 * be interrupted: whoever asked may leave, but what was asked is done.
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
    /** Whether there is any message in a thread. */
    readonly hasMessages: (threadId: string) => Effect.Effect<boolean, SqlError>
    /** The team that was made first, made now if there is none. */
    readonly firstTeam: Effect.Effect<string, SqlError>
    /** Makes a team. */
    readonly addTeam: Effect.Effect<string, SqlError>
    /** Whether a team may write first into a thread. */
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
    /** Opens a thread. One that exists stays as it is, whoever has it. */
    readonly addThread: (teamId: string, threadId: string) => Effect.Effect<void, SqlError>
  }
>() {}

/** PostgreSQL hands out whole numbers of 64 bits as text. */
type BigInteger = number | string

const instantOf = (millis: BigInteger): DateTime.Utc => DateTime.unsafeMake(Number(millis))

interface ThreadRow {
  readonly id: string
  readonly team_id: string
  readonly account_link_id: string
  readonly external_id: string
}

interface MessageRow {
  readonly id: string
  readonly thread_id: string
  readonly team_id: string
  readonly platform: "twitter"
  readonly user_id: string | null
  readonly created_at: BigInteger
  readonly updated_at: BigInteger | null
  readonly platform_id: string | null
  readonly content: string
  readonly campaign_id: string | null
  readonly author_id: string
  readonly origin: Message.Message["origin"]
  readonly reply_data: string
  readonly forward_data: string
  readonly entities: string
  readonly attachment: string
  readonly reactions: string
  readonly is_encrypted: number | null
  readonly is_edited: number
  readonly deleted_at: BigInteger | null
  readonly platform_deleted_at: BigInteger | null
}

interface SummaryRow {
  readonly id: string
  readonly team_id: string
  readonly created_at: BigInteger
  readonly message_count: BigInteger
  readonly inbound_count: BigInteger
  readonly last_id: string | null
  readonly last_origin: Message.Message["origin"]
  readonly last_created_at: BigInteger
  readonly last_content: string
}

const toSummary = (row: SummaryRow): Summary => {
  const createdAt = instantOf(row.created_at)
  const lastMessage =
    row.last_id === null
      ? null
      : {
          id: row.last_id,
          origin: row.last_origin,
          createdAt: instantOf(row.last_created_at),
          content: row.last_content
        }
  return {
    id: row.id,
    teamId: row.team_id,
    createdAt,
    lastActivityAt: lastMessage?.createdAt ?? createdAt,
    messageCount: Number(row.message_count),
    inboundCount: Number(row.inbound_count),
    lastMessage
  }
}

interface TeamRow {
  readonly id: string
  readonly outbound_addon: number
}

const toTeam = (row: TeamRow): Team => ({ id: row.id, outboundAddon: row.outbound_addon === 1 })

interface TokenRow {
  readonly hash: string
  readonly team_id: string
  readonly created_at: BigInteger
}

const toToken = (row: TokenRow): Token => ({
  id: row.hash.slice(0, tokenIdLength),
  teamId: row.team_id,
  createdAt: instantOf(row.created_at)
})

const toThread = (row: ThreadRow): Thread => ({
  id: row.id,
  teamId: row.team_id,
  accountLinkId: row.account_link_id,
  externalId: row.external_id
})

const toInstant = (millis: BigInteger | null): DateTime.Utc | null => (millis === null ? null : instantOf(millis))

const toMessage = (row: MessageRow): Message.Message => ({
  platform: row.platform,
  teamId: row.team_id,
  threadId: row.thread_id,
  id: row.id,
  userId: row.user_id,
  createdAt: instantOf(row.created_at),
  updatedAt: toInstant(row.updated_at),
  platformId: row.platform_id,
  content: row.content,
  campaignId: row.campaign_id,
  authorId: row.author_id,
  origin: row.origin,
  replyData: JSON.parse(row.reply_data),
  forwardData: JSON.parse(row.forward_data),
  entities: JSON.parse(row.entities),
  attachment: JSON.parse(row.attachment),
  reactions: JSON.parse(row.reactions),
  isEncrypted: row.is_encrypted === null ? null : row.is_encrypted === 1,
  isEdited: row.is_edited === 1,
  deletedAt: toInstant(row.deleted_at),
  platformDeletedAt: toInstant(row.platform_deleted_at)
})

const headMessage = (rows: ReadonlyArray<MessageRow>): Option.Option<Message.Message> =>
  Option.map(Option.fromNullable(rows[0]), toMessage)

const replyDataOf = (message: Message.Message) => ({
  messageId: message.id,
  content: message.content,
  authorId: message.authorId,
  createdAt: DateTime.formatIso(message.createdAt)
})

const toNewMessage = (draft: Draft, createdAt: number): Message.Message => ({
  platform: "twitter",
  teamId: draft.thread.teamId,
  threadId: draft.thread.id,
  id: Id.make(),
  userId: null,
  createdAt: DateTime.unsafeMake(createdAt),
  updatedAt: null,
  platformId: null,
  content: draft.content,
  campaignId: null,
  authorId: draft.origin === "external" ? draft.thread.externalId : draft.thread.accountLinkId,
  origin: draft.origin,
  replyData: Option.match(draft.replyTo, { onNone: () => null, onSome: replyDataOf }),
  forwardData: null,
  entities: null,
  attachment: null,
  reactions: [],
  isEncrypted: false,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
})

const hash = (token: Redacted.Redacted): string =>
  createHash("sha256").update(Redacted.value(token), "utf8").digest("hex")

/** How many hexadecimal digits of a hash name its token: 96 bits. */
const tokenIdLength = 24

/**
 * The name of a token where it must not be shown: the beginning of its SHA-256.
 *
 * @since 0.1.0
 * @category conversions
 */
export const tokenId = (token: Redacted.Redacted): string => hash(token).slice(0, tokenIdLength)

/** How long a token is accepted without a look into the database, in milliseconds. */
const tokenMillis = 5_000

const maxCached = 10_000

/** Number of messages that one statement deletes at most: what it holds up is a few milliseconds. */
const sliceSize = 500

/**
 * Remembers what was found, for so many milliseconds, and never what was not: rows of teams and threads do not change
 * once they are there, but they may appear at any moment.
 */
const remembering = <A>(query: (key: string) => Effect.Effect<Option.Option<A>, SqlError>, maxAge = Infinity) => {
  const found = new Map<string, { readonly row: Option.Option<A>; readonly until: number }>()
  const find = (key: string): Effect.Effect<Option.Option<A>, SqlError> => {
    const known = found.get(key)
    if (known !== undefined && performance.now() < known.until) return Effect.succeed(known.row)
    return Effect.uninterruptible(
      Effect.map(query(key), (row) => {
        found.delete(key)
        if (Option.isSome(row)) {
          if (found.size >= maxCached) found.clear()
          found.set(key, { row, until: performance.now() + maxAge })
        }
        return row
      })
    )
  }
  return Object.assign(find, { forget: (key: string): void => void found.delete(key) })
}

/**
 * A storage over whatever `SqlClient` is given, whose tables are in place.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<typeof Storage.Service, SqlError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const [latest] = yield* sql<{ readonly at: BigInteger | null }>`SELECT MAX(created_at) AS at FROM messages`
  let now = Number(latest?.at ?? 0)

  const tick = Effect.map(Clock.currentTimeMillis, (millis) => {
    now = Math.max(now, millis)
    return now
  })

  const teamByHash = remembering(
    (key) =>
      sql<{ readonly team_id: string }>`SELECT team_id FROM tokens WHERE hash = ${key}`.pipe(
        Effect.map((rows) => Option.map(Option.fromNullable(rows[0]), (row) => row.team_id))
      ),
    tokenMillis
  )

  const tokens = Effect.map(
    sql<TokenRow>`SELECT hash, team_id, created_at FROM tokens ORDER BY created_at, hash`,
    (rows) => rows.map(toToken)
  )

  const revokeToken = (id: string) =>
    Effect.map(
      sql<{ readonly hash: string }>`DELETE FROM tokens WHERE SUBSTR(hash, 1, ${tokenIdLength}) = ${id}
      RETURNING hash`,
      (rows) => {
        for (const { hash } of rows) teamByHash.forget(hash)
        return rows.length > 0
      }
    )

  const thread = remembering((threadId) =>
    sql<ThreadRow>`SELECT * FROM threads WHERE id = ${threadId}`.pipe(
      Effect.map((rows) => Option.map(Option.fromNullable(rows[0]), toThread))
    )
  )

  const message = (threadId: string, messageId: string) =>
    Effect.map(sql<MessageRow>`SELECT * FROM messages WHERE id = ${messageId} AND thread_id = ${threadId}`, headMessage)

  const firstInbound = (threadId: string) =>
    sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} AND origin = 'external' ORDER BY sequence LIMIT 1`.pipe(
      Effect.map(headMessage)
    )

  const messages = (threadId: string) =>
    sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} ORDER BY sequence`.pipe(
      Effect.map((rows) => rows.map(toMessage))
    )

  const page = (
    threadId: string,
    { before, limit }: { readonly before: Option.Option<string>; readonly limit: number }
  ) =>
    Effect.map(
      Option.match(before, {
        onNone: () =>
          sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} ORDER BY sequence DESC LIMIT ${limit}`,
        onSome: (id) =>
          sql<MessageRow>`SELECT * FROM messages WHERE thread_id = ${threadId} AND sequence < (SELECT sequence FROM messages WHERE id = ${id}) ORDER BY sequence DESC LIMIT ${limit}`
      }),
      (rows) => rows.map(toMessage)
    )

  /** The text is the same for every message: to put it together anew would take as long as to run it. */
  const insertText = (values: string, createdAt: string) =>
    `INSERT INTO messages (
        id, thread_id, team_id, platform, user_id, platform_id, content, campaign_id, author_id, origin, reply_data,
        forward_data, entities, attachment, reactions, is_encrypted, is_edited, created_at
      ) SELECT ${values}, ${createdAt}`

  const valuesOf = (message: Message.Message) => [
    message.id,
    message.threadId,
    message.teamId,
    message.platform,
    message.userId,
    message.platformId,
    message.content,
    message.campaignId,
    message.authorId,
    message.origin,
    JSON.stringify(message.replyData),
    JSON.stringify(message.forwardData),
    JSON.stringify(message.entities),
    JSON.stringify(message.attachment),
    JSON.stringify(message.reactions),
    Number(message.isEncrypted),
    Number(message.isEdited)
  ]

  interface Inserted {
    readonly created_at: BigInteger
  }

  /** SQLite lets one process write at a time, so the newest message of the thread is known. */
  const insertEmbedded = () => {
    const text = `${insertText(
      "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17",
      "MAX($18, COALESCE((SELECT created_at FROM messages WHERE thread_id = $2 ORDER BY sequence DESC LIMIT 1), 0))"
    )} RETURNING created_at`
    return (message: Message.Message, instant: number) => sql.unsafe<Inserted>(text, [...valuesOf(message), instant])
  }

  /**
   * The row of the thread is locked until the message is there. Its number is drawn behind the lock, so that in a thread
   * numbers, instants and visibility have one order. Messages that would wait for the same lock go in together.
   */
  const insertShared = () => {
    const text = `WITH thread AS (
        UPDATE threads SET
          last_at = GREATEST(last_at, $1),
          message_count = message_count + json_array_length($3::json),
          inbound_count = inbound_count + $4
        WHERE id = $2 RETURNING last_at
      )
      ${insertText(
        `value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
        value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13, value ->> 14,
        (value ->> 15)::smallint, (value ->> 16)::smallint`,
        "last_at"
      )} FROM thread, json_array_elements($3::json) WITH ORDINALITY AS drafts (value, number) ORDER BY number
      RETURNING created_at`
    const insert = Batches.make(
      (threadId, drafts: Arr.NonEmptyReadonlyArray<{ readonly message: Message.Message; readonly instant: number }>) =>
        sql.unsafe<Inserted>(text, [
          Arr.lastNonEmpty(drafts).instant,
          threadId,
          JSON.stringify(drafts.map(({ message }) => valuesOf(message))),
          drafts.filter(({ message }) => message.origin === "external").length
        ])
    )
    return (message: Message.Message, instant: number) => insert(message.threadId, { message, instant })
  }

  const insertMessage = sql.onDialectOrElse({ pg: insertShared, orElse: insertEmbedded })

  const append = (draft: Draft) =>
    Effect.flatMap(tick, (instant) => {
      const drafted = toNewMessage(draft, instant)
      return Effect.map(insertMessage(drafted, instant), ([row]) => {
        const createdAt = Number(row?.created_at ?? instant)
        now = Math.max(now, createdAt)
        written.add(drafted.threadId)
        return createdAt === instant ? drafted : { ...drafted, createdAt: DateTime.unsafeMake(createdAt) }
      })
    })

  /** Threads that are known to hold a message. */
  const written = new Set<string>()

  const hasMessages = (threadId: string) =>
    Effect.suspend(() =>
      written.has(threadId)
        ? Effect.succeed(true)
        : Effect.uninterruptible(
            Effect.map(sql`SELECT 1 FROM messages WHERE thread_id = ${threadId} LIMIT 1`, (rows) => {
              if (rows.length > 0) {
                if (written.size >= maxCached) written.clear()
                written.add(threadId)
              }
              return rows.length > 0
            })
          )
    )

  const threads = (teamId: string) =>
    sql<ThreadRow>`SELECT * FROM threads WHERE team_id = ${teamId} ORDER BY created_at, id`.pipe(
      Effect.map((rows) => rows.map(toThread))
    )

  const selectSummaries = sql`SELECT t.id, t.team_id, t.created_at,
      t.message_count, t.inbound_count,
      l.id AS last_id, l.origin AS last_origin, l.created_at AS last_created_at, substr(l.content, 1, 200) AS last_content
    FROM threads t
    LEFT JOIN messages l ON l.sequence = (SELECT MAX(m.sequence) FROM messages m WHERE m.thread_id = t.id)`

  const summaries = sql<SummaryRow>`${selectSummaries} ORDER BY COALESCE(l.created_at, t.created_at) DESC, t.id`.pipe(
    Effect.map((rows) => rows.map(toSummary))
  )

  const summary = (threadId: string) =>
    sql<SummaryRow>`${selectSummaries} WHERE t.id = ${threadId}`.pipe(
      Effect.map((rows) => Option.map(Option.fromNullable(rows[0]), toSummary))
    )

  const teams = Effect.map(sql<TeamRow>`SELECT id, outbound_addon FROM teams ORDER BY created_at, id`, (rows) =>
    rows.map(toTeam)
  )

  /** Statements that delete the messages of a thread up to a number, a slice at a time, but for the first inbound one. */
  const deleteSlice = (threadId: string, upTo: BigInteger) => {
    const slice = sql`SELECT sequence FROM messages WHERE thread_id = ${threadId} AND sequence <= ${upTo}
      AND sequence <> COALESCE(
        (SELECT MIN(sequence) FROM messages WHERE thread_id = ${threadId} AND origin = 'external'), -1
      ) ORDER BY sequence LIMIT ${sliceSize}`
    return sql.onDialectOrElse({
      // The row of the thread is locked first, as by a send.
      pg: () => sql`WITH locked AS (SELECT id FROM threads WHERE id = ${threadId} FOR UPDATE),
        gone AS (DELETE FROM messages WHERE thread_id IN (SELECT id FROM locked) AND sequence IN (${slice}) RETURNING id, origin),
        counted AS (
          UPDATE threads SET
            message_count = message_count - (SELECT COUNT(*) FROM gone),
            inbound_count = inbound_count - (SELECT COUNT(*) FROM gone WHERE origin = 'external')
          WHERE id = ${threadId}
        )
        SELECT id FROM gone`,
      orElse: () => sql`DELETE FROM messages WHERE sequence IN (${slice}) RETURNING id`
    })
  }

  /** Between two slices everybody else goes on. */
  const clearThread = (threadId: string, upTo: BigInteger) =>
    Effect.iterate(
      { deleted: 0, last: sliceSize },
      {
        while: ({ last }) => last === sliceSize,
        body: ({ deleted }) =>
          Effect.map(deleteSlice(threadId, upTo), (rows) => ({ deleted: deleted + rows.length, last: rows.length }))
      }
    ).pipe(Effect.map(({ deleted }) => deleted))

  const clear = Effect.gen(function* () {
    const [newest] = yield* sql<{ readonly upTo: BigInteger | null }>`SELECT MAX(sequence) AS "upTo" FROM messages`
    const found = yield* sql<{ readonly id: string }>`SELECT id FROM threads WHERE message_count > 0 ORDER BY id`
    const deleted = yield* Effect.forEach(found, ({ id }) => clearThread(id, newest?.upTo ?? 0))
    written.clear()
    return deleted.reduce((sum, each) => sum + each, 0)
  })

  const addTeam = Effect.gen(function* () {
    const id = Id.make()
    yield* sql`INSERT INTO teams ${sql.insert({ id, created_at: yield* tick })}`
    return id
  })

  const hasOutboundAddon = (teamId: string) =>
    Effect.map(sql<TeamRow>`SELECT id, outbound_addon FROM teams WHERE id = ${teamId}`, ([row]) =>
      row === undefined ? false : toTeam(row).outboundAddon
    )

  const setOutboundAddon = (teamId: string, has: boolean) =>
    sql`UPDATE teams SET outbound_addon = ${Number(has)} WHERE id = ${teamId}`

  const firstTeam = Effect.gen(function* () {
    const [team] = yield* sql<{ readonly id: string }>`SELECT id FROM teams ORDER BY created_at, id LIMIT 1`
    if (team !== undefined) {
      return team.id
    }
    return yield* addTeam
  })

  const addToken = (teamId: string, token: Redacted.Redacted) =>
    Effect.flatMap(
      tick,
      (created_at) =>
        sql`INSERT INTO tokens ${sql.insert({ hash: hash(token), team_id: teamId, created_at })} ON CONFLICT DO NOTHING`
    )

  const addThread = (teamId: string, threadId: string) =>
    Effect.flatMap(
      tick,
      (created_at) =>
        sql`INSERT INTO threads ${sql.insert({
          id: threadId,
          team_id: teamId,
          account_link_id: Id.make(),
          external_id: Id.make(),
          created_at
        })} ON CONFLICT DO NOTHING`
    )

  return {
    teamOf: (token) => teamByHash(hash(token)),
    thread,
    message: (threadId, messageId) => Effect.uninterruptible(message(threadId, messageId)),
    firstInbound: (threadId) => Effect.uninterruptible(firstInbound(threadId)),
    messages: (threadId) => Effect.uninterruptible(messages(threadId)),
    page: (threadId, options) => Effect.uninterruptible(page(threadId, options)),
    append: (draft) => Effect.uninterruptible(append(draft)),
    threads: (teamId) => Effect.uninterruptible(threads(teamId)),
    hasMessages,
    firstTeam: Effect.uninterruptible(firstTeam),
    addTeam: Effect.uninterruptible(addTeam),
    hasOutboundAddon: (teamId) => Effect.uninterruptible(hasOutboundAddon(teamId)),
    setOutboundAddon: (teamId, has) => Effect.uninterruptible(setOutboundAddon(teamId, has)),
    addToken: (teamId, token) => Effect.uninterruptible(addToken(teamId, token)),
    addThread: (teamId, threadId) => Effect.uninterruptible(addThread(teamId, threadId)),
    tokens: Effect.uninterruptible(tokens),
    revokeToken: (id) => Effect.uninterruptible(revokeToken(id)),
    teams: Effect.uninterruptible(teams),
    summaries: Effect.uninterruptible(summaries),
    summary: (threadId) => Effect.uninterruptible(summary(threadId)),
    clear: Effect.uninterruptible(clear)
  }
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<Storage, SqlError, SqlClient.SqlClient> = Layer.effect(Storage, make)

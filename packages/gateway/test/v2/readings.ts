/**
 * What nobody knows about API v2, as options of its simulator, and the readings that are tried.
 */

/** One answer to each open question. Times are in milliseconds. */
export interface Reading {
  /** How long a key is known again. */
  readonly keyLifetime: number
  /** What "the same body" means for a key. */
  readonly sameBody: "Bytes" | "Meaning"
  /** Whether a refusal (4xx) is kept under the key, and given again. */
  readonly refusalConsumesKey: boolean
  /** Whether a failure (5xx) before storing is kept under the key, and given again. */
  readonly failureConsumesKey: boolean
  /** What a replay gets after `sendUnconfirmed`. */
  readonly afterUnconfirmed: "SameError" | "Message" | "SendsAgain"
  /** Whether `GET` shows a message that is not confirmed, and how. */
  readonly unconfirmed: "Hidden" | "WithoutPlatformId" | "WithPlatformId"
  /** Whether a replay shows the message as it was, or as it is now. */
  readonly replayShows: "AsItWas" | "AsItIs"
  /** What is done to texts. */
  readonly changesText: "Nothing" | "TrimsEnd" | "Normalizes"
  /** Spelling of the ids of messages and teams. */
  readonly ids: "LikeV1" | "Prefixed"
  /** True if v2 knows a thread by its id in v1. */
  readonly knowsThreadsOfV1: boolean
  /** Which check comes first. */
  readonly firstCheck: "Token" | "Body" | "Key"
  /** The unit of `X-RateLimit-Reset`. */
  readonly resetUnit: "UnixSeconds" | "UnixMillis" | "SecondsFromNow" | "Rfc3339"
  /** What an unknown or foreign `replyToMessageId` gets. */
  readonly unknownReply: "invalidRequest" | "unprocessable" | "Ignored"
  /** Whether content of white space alone is refused. */
  readonly refusesBlank: boolean
  /** The most characters of a content. */
  readonly maxCharacters: number
  /** Whether a message has the platform's id at once. */
  readonly platformIdAtOnce: boolean
  /** Whether answers have keys and members that the document does not name. */
  readonly hasNews: boolean
  /** Whether headers name the request and the limits. */
  readonly hasHeaders: boolean
  /** Headers besides, such as the announcement of an end. */
  readonly extraHeaders: Readonly<Record<string, string>>
}

const day = 24 * 60 * 60_000

/** The reading that the documents suggest. */
export const plain: Reading = {
  keyLifetime: day,
  sameBody: "Bytes",
  refusalConsumesKey: false,
  failureConsumesKey: false,
  afterUnconfirmed: "SameError",
  unconfirmed: "Hidden",
  replayShows: "AsItWas",
  changesText: "Nothing",
  ids: "LikeV1",
  knowsThreadsOfV1: true,
  firstCheck: "Token",
  resetUnit: "UnixSeconds",
  unknownReply: "invalidRequest",
  refusesBlank: false,
  maxCharacters: 10_000,
  platformIdAtOnce: true,
  hasNews: false,
  hasHeaders: true,
  extraHeaders: {}
}

/** A promise of the gateway that a reading can break. */
export type Promised =
  /** No message is sent twice. */
  | "Once"
  /** A 200 is about a message that the platform has. */
  | "Truth"
  /** The v1 contract holds: the kit conforms. */
  | "Contract"
  /** A caller may repeat a request under its own key until it gets through. */
  | "Liveness"

/** A reading, and what it would break. `why` is what the README says. */
export interface Named {
  readonly name: string
  readonly reading: Reading
  readonly breaks: ReadonlyArray<Promised>
  readonly why: string
  /** The requirements that the kit finds violated, MUST and SHOULD: there are some where `Contract` is broken, and only there. */
  readonly violates: ReadonlyArray<string>
  /** True if the kit can tell: not where it gets no message through. */
  readonly isJudged: boolean
}

const named = (
  name: string,
  change: Partial<Reading>,
  breaks: ReadonlyArray<Promised> = [],
  why = "",
  violates: ReadonlyArray<string> = []
): Named => ({
  name,
  reading: { ...plain, ...change },
  breaks,
  why,
  violates,
  isJudged: change.knowsThreadsOfV1 !== false
})

/** The plain reading. */
export const documented: Named = named("as the documents suggest", {})

/** The readings: the plain one, and each open question answered otherwise. */
export const readings: ReadonlyArray<Named> = [
  documented,
  named("a key lives for five minutes", { keyLifetime: 5 * 60_000 }),
  named(
    "a key lives for two seconds",
    { keyLifetime: 2_000 },
    ["Once"],
    'a repeated attempt is a new send; `repeat: "Never"` keeps the promise'
  ),
  named("the same body means the same meaning", { sameBody: "Meaning" }),
  named(
    "a refusal uses the key up",
    { refusalConsumesKey: true },
    ["Liveness"],
    "a caller's key that was refused once stays refused: take a new one"
  ),
  named(
    "a failure uses the key up",
    { failureConsumesKey: true },
    ["Liveness"],
    "attempts after a 500 get the same 500, so the send ends as unknown although it was not sent"
  ),
  named(
    "a replay of an unconfirmed send gives the message",
    { afterUnconfirmed: "Message" },
    ["Truth"],
    'only if the answer that says so is lost on its way, or the gateway dies on it: a repeated attempt then gets the message, and takes it for sent; `repeat: "Never"` keeps the promise'
  ),
  named(
    "a replay of an unconfirmed send sends again",
    { afterUnconfirmed: "SendsAgain" },
    ["Once"],
    'only if the answer that says so is lost on its way: the gateway never repeats what it knows to be unconfirmed; `repeat: "Never"` keeps the promise'
  ),
  named("an unconfirmed message is shown without the platform's id", { unconfirmed: "WithoutPlatformId" }),
  named(
    "an unconfirmed message is shown like any other",
    { unconfirmed: "WithPlatformId" },
    ["Truth"],
    "a message that the platform may not have is answered with 200"
  ),
  named("a replay shows the message as it is now", { replayShows: "AsItIs" }),
  named(
    "texts are trimmed",
    { changesText: "TrimsEnd" },
    ["Contract"],
    "the answer tells the text that was stored, which is not the one that was sent",
    ["semantics.content"]
  ),
  named(
    "texts are normalized",
    { changesText: "Normalizes" },
    ["Contract"],
    "the answer tells the text that was stored, which is not the one that was sent",
    ["semantics.content"]
  ),
  named(
    "ids are spelt in another way",
    { ids: "Prefixed" },
    ["Contract"],
    "ids are passed on as they are, so they break v1's pattern",
    ["response.key.id", "response.key.teamId"]
  ),
  named(
    "threads have other ids than in v1",
    { knowsThreadsOfV1: false },
    ["Liveness"],
    "every thread that a caller knows from v1 is a 404; nothing is sent"
  ),
  named("the body is checked before the token", { firstCheck: "Body" }),
  named("the key is looked up before the token and the body", { firstCheck: "Key" }),
  named("rate limits end at Unix milliseconds", { resetUnit: "UnixMillis" }),
  named("rate limits end in seconds from now", { resetUnit: "SecondsFromNow" }),
  named("rate limits end at an RFC 3339 instant", { resetUnit: "Rfc3339" }),
  named("an unknown reply gets 422", { unknownReply: "unprocessable" }),
  named(
    "an unknown reply is ignored",
    { unknownReply: "Ignored" },
    ["Contract"],
    "the message goes out as no reply; the kit warns (SHOULD)",
    ["reject.reply.unknown", "reject.reply.other-thread"]
  ),
  named(
    "content of white space is refused",
    { refusesBlank: true },
    ["Contract"],
    "v1 takes any content of at least one character",
    ["accept.content.whitespace"]
  ),
  named("a content has 500 characters at most", { maxCharacters: 500 }, ["Contract"], "v1 documents no maximum", [
    "accept.content"
  ]),
  named(
    "the platform's id comes later",
    { platformIdAtOnce: false },
    ["Liveness"],
    "an unconfirmed message is never taken for delivered, so the send ends as unknown although it was sent"
  ),
  named("answers have keys and members that are new", { hasNews: true }),
  named("answers have no headers of their own", { hasHeaders: false })
]

/** The application without HTTP: what the server answers is scripted, what was sent is recorded, time is a test's. */
import { assert, it } from "@effect/vitest"
import { InboxClient, InboxError } from "@inbox-effect/client"
import { ConfigProvider, Effect, Layer, Queue, Redacted } from "effect"
import { Parcels } from "../Parcels.js"

const parcel = { number: "P-7", threadId: "parcels" }

const layer = Parcels.layer.pipe(
  Layer.provideMerge(InboxClient.layerTest()),
  Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["SHOP_NAME", "Acme"]]))))
)

it.effect("tells a customer", () =>
  Effect.gen(function* () {
    const parcels = yield* Parcels
    assert.strictEqual(yield* parcels.announce(parcel), "told")
    const inbox = yield* InboxClient.TestInbox
    assert.deepStrictEqual(
      (yield* inbox.delivered).map(({ content }) => content),
      ["Acme: your parcel P-7 is on its way"]
    )
  }).pipe(Effect.provide(layer))
)

it.effect("leaves to a person what nobody knows, and does not send it again", () =>
  Effect.gen(function* () {
    const parcels = yield* Parcels
    const inbox = yield* InboxClient.TestInbox
    yield* inbox.script(new InboxError.ServerError({ status: 502 }))
    assert.strictEqual(yield* parcels.announce(parcel), "in doubt")
    assert.lengthOf(yield* inbox.sends, 1)
    assert.deepStrictEqual((yield* Queue.take(parcels.doubts)).parcel, parcel)
  }).pipe(Effect.provide(layer))
)

it.effect("counts a customer as told whose answer cannot be read", () =>
  Effect.gen(function* () {
    const parcels = yield* Parcels
    const inbox = yield* InboxClient.TestInbox
    const unreadable = { status: 200, reason: "NotJson", keys: [], body: Redacted.make("<html>") } as const
    yield* inbox.script(new InboxError.MalformedResponse(unreadable))
    assert.strictEqual(yield* parcels.announce(parcel), "told")
    assert.lengthOf(yield* inbox.sends, 1)
  }).pipe(Effect.provide(layer))
)

it.effect("fails where the customer was not told, and says whether a later attempt makes sense", () =>
  Effect.gen(function* () {
    const parcels = yield* Parcels
    const inbox = yield* InboxClient.TestInbox
    yield* inbox.script(new InboxError.RateLimited({ status: 429 }), new InboxError.ThreadNotFound({ status: 404 }))
    assert.strictEqual((yield* Effect.flip(parcels.announce(parcel))).later, true)
    assert.strictEqual((yield* Effect.flip(parcels.announce(parcel))).later, false)
  }).pipe(Effect.provide(layer))
)

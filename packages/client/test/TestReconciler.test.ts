import { assert, describe, it } from "@effect/vitest"
import { Reconcile } from "@inbox-effect/client"
import { DateTime, Effect, Schema } from "effect"
import { expectTypeOf } from "vitest"

const request = { threadId: "thread1", content: "On my way" }

const window = { from: DateTime.unsafeMake(0), until: DateTime.unsafeMake(1000) }

const ask = Effect.flatMap(Reconcile.Reconciler, (reconciler) =>
  reconciler.reconcile(request, window, { except: ["other"] })
)

describe("Reconcile.layerTest", () => {
  it.effect("answers as its script says, and then that nobody can say", () =>
    Effect.gen(function* () {
      const found = yield* ask
      assert(found._tag === "Found")
      assert.strictEqual(found.message.content, request.content)
      assert.deepStrictEqual(found.evidence.messageIds, [found.message.id])
      const test = yield* Reconcile.TestReconciler
      yield* test.script("NotFound", new Reconcile.ReconcileError({ reason: "Refused" }), Effect.succeed(found), found)
      assert.strictEqual((yield* ask)._tag, "NotFound")
      assert.strictEqual((yield* Effect.flip(ask)).reason, "Refused")
      assert.deepStrictEqual([yield* ask, yield* ask], [found, found])
      const last = yield* ask
      assert(last._tag === "Ambiguous")
      assert.deepStrictEqual(Schema.encodeSync(Reconcile.Outcome)(last).evidence.window, {
        from: "1970-01-01T00:00:00.000Z",
        until: "1970-01-01T00:00:01.000Z"
      })
      const asked = yield* test.asked
      assert.lengthOf(asked, 6)
      assert.deepStrictEqual(asked[0], { request, window, except: ["other"] })
    }).pipe(Effect.provide(Reconcile.layerTest("Found")))
  )

  it.effect("refuses what the real one refuses, and records nothing", () =>
    Effect.gen(function* () {
      const reconciler = yield* Reconcile.Reconciler
      const error = yield* Effect.flip(reconciler.reconcile({ ...request, content: "" }, window))
      assert.strictEqual(error.reason, "InvalidRequest")
      assert.isEmpty(yield* (yield* Reconcile.TestReconciler).asked)
    }).pipe(Effect.provide(Reconcile.layerTest()))
  )

  it("has outcomes whose types have names", () => {
    expectTypeOf<Reconcile.Outcome>().toEqualTypeOf<Reconcile.Found | Reconcile.NotFound | Reconcile.Ambiguous>()
  })
})

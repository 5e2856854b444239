/** The shop over HTTP: `POST /orders` places an order, `GET /orders/NUMBER` says whether its customer was told. */
import { HttpRouter, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { Effect, Option } from "effect"
import { Order, Orders } from "./orders.js"

const refuse = (status: number, error: string) => HttpServerResponse.json({ error }, { status })

export const router = HttpRouter.empty.pipe(
  HttpRouter.post(
    "/orders",
    Effect.gen(function* () {
      const { place } = yield* Orders
      const order = yield* HttpServerRequest.schemaBodyJson(Order)
      yield* place(order)
      return yield* HttpServerResponse.json({ number: order.number }, { status: 202 })
    }).pipe(
      Effect.catchTags({
        ParseError: () => refuse(400, "An order has a number such as P-1, and a threadId"),
        RequestError: () => refuse(400, "An order is JSON"),
        InvalidRequest: ({ problem }) => refuse(422, problem),
        KeyConflict: () => refuse(409, "The number stands for another order"),
        // Whoever asks again places no second order.
        StoreUnavailable: () => refuse(503, "Ask again"),
        SqlError: () => refuse(503, "Ask again")
      })
    )
  ),
  HttpRouter.get(
    "/orders/:number",
    Effect.gen(function* () {
      const { told } = yield* Orders
      const { number = "" } = yield* HttpRouter.params
      return yield* Option.match(yield* told(number), {
        onNone: () => refuse(404, "There is no such order"),
        onSome: (state) => HttpServerResponse.json({ number, customer: state })
      })
    }).pipe(Effect.catchTag("StoreUnavailable", () => refuse(503, "Ask again")))
  )
)

/**
 * An answer as it travels: a status, headers, and a body that is complete.
 *
 * @since 0.1.0
 */

/**
 * Response headers by name. Names are in lower case.
 *
 * @since 0.1.0
 * @category models
 */
export type Headers = Readonly<Record<string, string>>

/**
 * A complete answer. The server adds the headers that all answers have (`Content-Length`, `X-Request-Id`, the rate
 * limits), unless the answer has them already.
 *
 * @since 0.1.0
 * @category models
 */
export class Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string | Uint8Array

  constructor(status: number, headers: Headers, body: string | Uint8Array) {
    this.status = status
    this.headers = headers
    this.body = body
  }
}

/**
 * Options of an answer. The status is 200 by default; headers are added to those that the body brings.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly status?: number | undefined
  readonly headers?: Headers | undefined
}

/**
 * Answers with a value as JSON. Date-times of Effect write themselves as RFC 3339, so a decoded message or page becomes
 * the text of its encoded form.
 *
 * @since 0.1.0
 * @category constructors
 */
export const json = (value: unknown, { headers, status = 200 }: Options = {}): Answer =>
  new Answer(status, { "content-type": "application/json", ...headers }, JSON.stringify(value))

/**
 * Answers with plain text.
 *
 * @since 0.1.0
 * @category constructors
 */
export const text = (body: string, { headers, status = 200 }: Options = {}): Answer =>
  new Answer(status, { "content-type": "text/plain; charset=utf-8", ...headers }, body)

/**
 * Answers without a body: 204 by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const empty = ({ headers = {}, status = 204 }: Options = {}): Answer => new Answer(status, headers, "")

/**
 * Adds headers to an answer, in place of those of the same name.
 *
 * @since 0.1.0
 * @category combinators
 */
export const setHeaders = (answer: Answer, headers: Headers): Answer =>
  new Answer(answer.status, { ...answer.headers, ...headers }, answer.body)

/**
 * The body of an answer as bytes.
 *
 * @since 0.1.0
 * @category conversions
 */
export const bytes = ({ body }: Answer): Uint8Array =>
  typeof body === "string" ? new TextEncoder().encode(body) : body

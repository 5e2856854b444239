/** From a step to the bytes that are sent for it. */
import * as Option from "effect/Option"
import type { Step } from "../model/Case.js"
import type { RawRequest } from "../model/Exchange.js"
import * as Edits from "./edits/all.js"
import type * as Edit from "./edits/edit.js"
import * as Extra from "./extra.js"
import * as HttpForm from "./http.js"
import * as JsonStyle from "./json/style.js"

const encoder = new TextEncoder()

/**
 * Names what a step refers to and this version does not have: an edit, a form of HTTP, a style of JSON or extra keys.
 */
export const unknown = ({ edit, extra, http, json }: Step): Option.Option<string> => {
  const parts = [
    ["the edit", edit?.id, Edits.byId],
    ["the form of HTTP", http, HttpForm.byId],
    ["the style of JSON", json, JsonStyle.byId],
    ["the extra keys", extra, Extra.byId]
  ] as const
  return Option.fromNullable(parts.find(([, id, find]) => id !== undefined && Option.isNone<unknown>(find(id)))).pipe(
    Option.map(([what, id]) => `${what} ${JSON.stringify(id)}`)
  )
}

/**
 * The request of a step. `undefined` where its edit cannot be made on it. Throws where the step refers to something
 * that is {@link unknown}.
 */
export const request = (step: Step, known: Edit.Known): RawRequest | undefined => {
  const form = Option.getOrThrow(HttpForm.byId(step.http))
  const draft: Edit.Draft = {
    method: "POST",
    segment: known.thread,
    query: "",
    authorization: `${step.scheme} ${known.token}`,
    contentType: form.contentType,
    headers: [...(form.accept === undefined ? [] : [["Accept", form.accept] as const]), ...form.headers],
    payload: {
      content: step.content,
      ...(known.replyId === undefined ? {} : { replyToMessageId: known.replyId }),
      ...(step.extra === undefined ? {} : Option.getOrThrow(Extra.byId(step.extra)).members)
    },
    text: undefined,
    bytes: undefined,
    bodiless: false
  }
  const edited = step.edit === null ? draft : Edits.get(step.edit.id).apply(draft, known, step.edit.value)
  return edited === undefined ? undefined : written(edited, step, form)
}

/** The edit of a step. Throws where the step refers to one that is {@link unknown}. */
export const editOf = (step: Step): Edit.EditSpec | undefined => (step.edit === null ? undefined : Edits.of(step.edit))

const written = (draft: Edit.Draft, step: Step, form: HttpForm.HttpForm): RawRequest => {
  const body = draft.bodiless
    ? undefined
    : (draft.bytes ??
      encoder.encode(draft.text ?? JsonStyle.write(draft.payload, Option.getOrThrow(JsonStyle.byId(step.json)))))
  const headers = [
    ...(draft.authorization === undefined ? [] : [["Authorization", draft.authorization] as const]),
    ...(draft.contentType === undefined || draft.bodiless ? [] : [["Content-Type", draft.contentType] as const]),
    ...draft.headers,
    ...(draft.headers.some(([name]) => name === "User-Agent") ? [] : [userAgent])
  ]
  return {
    method: draft.method,
    path: `/threads/${draft.segment}/messages${draft.query}`,
    headers: headers.map(([name, value]) => [cased(name, form.nameCase), value] as const),
    body,
    framing: body === undefined ? { kind: "length" } : form.framing(body)
  }
}

/** Firewalls turn away requests that do not say what sends them. */
const userAgent = ["User-Agent", "inbox-contract"] as const

const cased = (name: string, nameCase: HttpForm.HttpForm["nameCase"]): string => {
  if (nameCase === "title") return name
  return nameCase === "lower" ? name.toLowerCase() : name.toUpperCase()
}

/**
 * Explains a requirement and its tests, out of the catalogue, the plan of a run and the broken servers.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type * as Requirement from "../contract/Requirement.js"
import { selection } from "../contract/selection.js"
import * as Content from "../generate/Content.js"
import type * as Edit from "../generate/edits/edit.js"
import * as HttpForm from "../generate/http.js"
import * as JsonStyle from "../generate/json/style.js"
import * as Request from "../generate/request.js"
import { covered } from "../judge/covered.js"
import * as Diagnosis from "../judge/Diagnosis.js"
import * as Budget from "../model/Budget.js"
import * as Case from "../model/Case.js"
import type { RawRequest } from "../model/Exchange.js"
import * as Cost from "../plan/cost.js"
import * as Plan from "../plan/plan.js"
import type { Sent, Trial } from "../send/trial.js"

/**
 * One way in which a requirement is put to the test.
 *
 * @since 0.1.0
 * @category models
 */
export interface Way {
  /** Fault or peculiarity of the requests, or else the probe that sends them. */
  readonly title: string
  /** Reaction of a conforming target. */
  readonly expects: "accepted" | Edit.Expectation
  /** Number of them in a default run; a request may be counted in several ways. */
  readonly requests: number
  /** In one line, what one of them has that a plain request has not; and its body, where it is accepted. */
  readonly example: string
}

/**
 * A server that breaks a requirement.
 *
 * @since 0.1.0
 * @category models
 */
export interface Server {
  readonly id: string
  readonly title: string
}

/**
 * A requirement with everything that there is to know about it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Explanation {
  readonly requirement: Requirement.Requirement
  /** Requests of a default run that put it to the test. */
  readonly requests: number
  /** Those with the most requests first. */
  readonly ways: ReadonlyArray<Way>
  /** Cost of testing nothing else. */
  readonly cost: { readonly [B in Budget.Budget]: Cost.Cost }
  /** Servers that break it, among those that were given. */
  readonly servers: ReadonlyArray<Server>
}

/**
 * Explains a requirement. Of the servers, those are named that break it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const explain = (
  requirement: Requirement.Requirement,
  servers: ReadonlyArray<Server & { readonly requirement: string | undefined }> = []
): Explanation => {
  const selected = selection([requirement.id], [])
  return {
    requirement,
    ...tested(requirement.id),
    cost: {
      quick: Cost.cost("quick", { selected }),
      default: Cost.cost("default", { selected }),
      deep: Cost.cost("deep", { selected })
    },
    servers: servers
      .filter((specimen) => specimen.requirement === requirement.id)
      .map(({ id, title }) => ({ id, title }))
  }
}

/** Names that are nobody's. */
const known: Edit.Known = {
  token: "s3cretTokenOfYours",
  thread: "thread1",
  replyId: "message1",
  messageId: "message1",
  isMessage: () => false,
  threads: ["thread1", "thread2"],
  elsewhere: ["message2"]
}

const tested = (id: Requirement.Id): Pick<Explanation, "requests" | "ways"> => {
  let requests = 0
  const found = new Map<string, Pick<Way, "title" | "expects"> & { readonly steps: Array<Case.Step> }>()
  for (const trial of trials()) {
    trial.exchanges.forEach((sent, position) => {
      const { edit, step } = sent
      if (!covered(trial, sent, position).includes(id)) return
      requests++
      const titles = edit === undefined ? (aspects[id]?.(step) ?? [trial.case.probe]) : [edit.title]
      for (const title of titles) {
        const expects = edit?.expects ?? "accepted"
        const entry = found.get(`${expects} ${title}`) ?? { title, expects, steps: [] }
        entry.steps.push(step)
        found.set(`${expects} ${title}`, entry)
      }
    })
  }
  const ways = [...found.values()].map(({ steps, ...way }) => ({
    ...way,
    requests: steps.length,
    example: example(steps, way.title)
  }))
  return { requests, ways: ways.sort((a, b) => b.requests - a.requests) }
}

/** Aspects in which the requests of a requirement differ, unless by the probe that sends them. */
const aspects: Readonly<Record<string, (step: Case.Step) => ReadonlyArray<string>>> = {
  "accept.content": ({ content }) => classesOf(content),
  "accept.content.whitespace": ({ content }) => classesOf(content),
  "accept.content.long": ({ content }) => classesOf(content),
  "accept.encoding.json": ({ json }) => Option.toArray(JsonStyle.byId(json)).map(({ title }) => title),
  "accept.encoding.http": ({ http }) => Option.toArray(HttpForm.byId(http)).map(({ title }) => title),
  "accept.encoding.length": ({ http }) => Option.toArray(HttpForm.byId(http)).map(({ title }) => title),
  "accept.scheme-case": ({ scheme }) => [scheme],
  "semantics.content": ({ content }) => classesOf(content)
}

const classTitles: ReadonlyMap<string, string> = new Map(Content.classes.map(({ id, title }) => [id, title]))

const classesOf = (content: string): ReadonlyArray<string> =>
  Content.classify(content).map((id) => classTitles.get(id) ?? id)

/** A default run on a target that does as it should, without one. */
const trials = (): ReadonlyArray<Trial> =>
  Plan.plan({
    seed: 0,
    budget: "default",
    runs: Budget.sizes.default.runs,
    twoThreads: true,
    inbound: true,
    selected: () => true
  })
    .flatMap(({ jobs }) => jobs)
    .map((job) => ({ case: job.case, exchanges: job.case.steps.flatMap(imagined) }))

const imagined = (step: Case.Step): ReadonlyArray<Sent> => {
  const request = requestOf(step)
  if (request === undefined) return []
  const edit = Request.editOf(step)
  const status = edit === undefined ? 200 : edit.expects === "unauthorised" ? 401 : 400
  return [
    {
      step,
      edit,
      threadId: known.thread,
      replyId: step.reply === null ? undefined : known.replyId,
      exchange: {
        index: 1,
        request,
        outcome: {
          kind: "answered",
          response: {
            status,
            statusText: "",
            httpVersion: "1.1",
            headers: [["content-type", "application/json"]],
            body: new TextEncoder().encode("{}")
          }
        },
        started: 0,
        ended: 0,
        inFlight: 1
      }
    }
  ]
}

const requestOf = (step: Case.Step): RawRequest | undefined =>
  Request.request(step, { ...known, replyId: step.reply === null ? undefined : known.replyId })

// ---------------------------------------------------------------------------------------------------------------------
// examples
// ---------------------------------------------------------------------------------------------------------------------

const plain = "Hello"

/** The first of the shortest steps that is not all too short; of a class of contents, one of its own. */
const example = (steps: ReadonlyArray<Case.Step>, title: string): string => {
  const own = new Set(Content.classes.find((each) => each.title === title)?.examples)
  const candidates = steps
    .map((step) => (step.edit === null ? step : { ...step, content: plain, http: "plain", json: "plain" }))
    .sort((a, b) => Number(own.has(b.content)) - Number(own.has(a.content)) || a.content.length - b.content.length)
  const [first = Case.step(plain)] = candidates
  return different(
    own.has(first.content) ? first : (candidates.find(({ content }) => content.length >= plain.length) ?? first)
  )
}

const different = (step: Case.Step): string => {
  const request = requestOf(step)
  const usual = requestOf(Case.step(plain, { reply: step.reply }))
  if (request === undefined || usual === undefined) return ""
  const line = (each: RawRequest) => `${each.method} ${each.path}`
  const names = [...new Set([...request.headers, ...usual.headers].map(([name]) => name.toLowerCase()))]
  const value = ({ headers }: RawRequest, name: string) =>
    headers
      .filter(([each]) => each.toLowerCase() === name)
      .map(([each, text]) => `${each}: ${text}`)
      .join(", ")
  const changed = names.filter((name) => value(request, name) !== value(usual, name))
  const body = text(request.body)
  return [
    ...(line(request) === line(usual) ? [] : [Diagnosis.show(line(request), { quotes: false, max: longest })]),
    ...changed.map((name) => {
      const own = value(request, name)
      return own === ""
        ? `no ${value(usual, name).split(":")[0]}`
        : Diagnosis.show(own, { quotes: false, max: longest })
    }),
    ...(request.framing.kind === "chunked" ? ["chunked"] : []),
    ...(step.edit === null || body !== text(usual.body)
      ? [body === "" ? "no body" : Diagnosis.show(body, { quotes: false, max: longest })]
      : [])
  ].join("  ")
}

/** Pieces of a line that are shown. */
const longest = 64

const text = (body: Uint8Array | undefined): string => (body === undefined ? "" : new TextDecoder().decode(body))

import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import type * as Fault from "../../Fault.js"
import * as Id from "../model/id.js"

/** No rules at first. Whoever wants to know hears of every change. */
const make = (onChange: () => void) => {
  let rules: ReadonlyArray<Fault.Rule> = []

  const become = (next: ReadonlyArray<Fault.Rule>): void => {
    rules = next
    onChange()
  }

  const isFor = (rule: Fault.Rule, threadId: string): boolean => rule.threadId === null || rule.threadId === threadId

  const use = (rule: Fault.Rule): Fault.Rule => ({
    ...rule,
    applied: rule.applied + 1,
    remaining: rule.remaining === null ? null : rule.remaining - 1
  })

  return {
    list: (): ReadonlyArray<Fault.Rule> => rules,
    add: (order: Fault.Order, now: number): Fault.Rule => {
      const rule = { ...order, id: Id.make(), applied: 0, remaining: order.times, createdAt: DateTime.unsafeMake(now) }
      become([...rules, rule])
      return rule
    },
    remove: (id: string): boolean => {
      const others = rules.filter((rule) => rule.id !== id)
      const isKnown = others.length < rules.length
      if (isKnown) become(others)
      return isKnown
    },
    clear: (): void => become([]),
    /** The faults of a send into a thread, those of older rules first. Rules that are used up go. */
    take: (threadId: string): ReadonlyArray<Fault.Fault> => {
      const due = rules.filter((rule) => isFor(rule, threadId))
      if (due.length === 0) return []
      become(
        rules
          .map((rule) => (due.includes(rule) ? use(rule) : rule))
          .filter(({ remaining }) => remaining === null || remaining > 0)
      )
      return due.map(({ fault }) => fault)
    }
  }
}

/** The faults that the sandbox was told to make. */
export class FaultRules extends Context.Tag("@inbox-effect/sandbox/internal/FaultRules")<
  FaultRules,
  ReturnType<typeof make>
>() {}

export { make }

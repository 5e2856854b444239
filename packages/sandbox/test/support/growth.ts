import { assert } from "@effect/vitest"

/** Characters on which expressions for headers, paths, shells and faults turn. */
const alphabet = [...";:=,. \t/%#[]\"'`$\\!@a1", "\u00e9", "\n"]

/** Those of them that are tried in pairs. */
const pairable = [...';= "a$\\/']

/** Texts to repeat. */
const fragments = [...alphabet, ...pairable.flatMap((first) => pairable.map((second) => first + second))]

const short = 1_000

const long = 8 * short

/** Milliseconds of the processor that this process has had: those in which it waited for its turn are not among them. */
const cpuMillis = (): number => {
  const { system, user } = process.cpuUsage()
  return (user + system) / 1_000
}

/** Milliseconds of the fastest of a few runs: whatever else the machine does makes a run slower, never faster. */
const fastest = (run: () => void, times: number): number => {
  let least = Number.POSITIVE_INFINITY
  for (let time = 0; time < times; time++) {
    const began = cpuMillis()
    run()
    least = Math.min(least, cpuMillis() - began)
  }
  return least
}

/** Too little to tell growth from noise, in milliseconds. A quadratic run over the long text takes longer by far. */
const floor = 5

/** Tells how many times as long the long text takes: 8 where time is linear, 64 where it is quadratic. */
const growthOf = (judge: (text: string) => unknown, fragment: string, times: number): number => {
  const of = (length: number) => {
    const text = fragment.repeat(length / fragment.length)
    return fastest(() => void judge(text), times)
  }
  return of(long) / Math.max(of(short), floor / 8)
}

/** Holds a function to linear time, whatever short text is repeated, `others` as well. What looks worse once is measured again. */
export const assertLinear = (
  name: string,
  judge: (text: string) => unknown,
  others: ReadonlyArray<string> = []
): void => {
  for (const fragment of [...fragments, ...others]) {
    if (growthOf(judge, fragment, 1) < 24) continue
    const growth = growthOf(judge, fragment, 7)
    assert.isBelow(growth, 24, `${name} on ${JSON.stringify(fragment)} again and again`)
  }
}

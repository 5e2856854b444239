/** The results as a table. */
import type { Result } from "./run.js"

/** A row: the runs of one action. */
interface Line {
  points: Set<string>
  runs: number
  notReached: number
  /** Runs that prove nothing, because the machine was too busy. */
  idle: number
  lost: number
  doubled: number
  disordered: number
  inDoubt: number
  problems: number
  readonly seconds: Array<number>
}

const columns = [
  "action",
  "points",
  "runs",
  "not reached",
  "void",
  "lost",
  "doubled",
  "out of order",
  "in doubt",
  "failed",
  "seconds to recover"
]

const quantile = (sorted: ReadonlyArray<number>, share: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)

/** Collects results by a name. */
export class Table {
  readonly #lines = new Map<string, Line>()

  add(name: string, point: string, result: Result): void {
    const line = this.#lines.get(name) ?? {
      points: new Set<string>(),
      runs: 0,
      notReached: 0,
      idle: 0,
      lost: 0,
      doubled: 0,
      disordered: 0,
      inDoubt: 0,
      problems: 0,
      seconds: []
    }
    this.#lines.set(name, line)
    if (result.isVoid) {
      line.idle++
      return
    }
    if (!result.reached) {
      line.notReached++
      return
    }
    line.points.add(point)
    line.runs++
    line.lost += result.lost
    line.doubled += result.doubled
    line.disordered += result.disordered
    line.inDoubt += result.doubts.length
    line.problems += result.problem === undefined ? 0 : 1
    line.seconds.push(result.seconds)
  }

  /** Number of runs that count. */
  get runs(): number {
    return [...this.#lines.values()].reduce((sum, line) => sum + line.runs, 0)
  }

  /** Tells whether nothing was lost, doubled, undecided, out of order or left undone. */
  get isClean(): boolean {
    return [...this.#lines.values()].every(
      ({ disordered, doubled, inDoubt, lost, problems }) => lost + doubled + disordered + inDoubt + problems === 0
    )
  }

  /** The table as Markdown. */
  toString(): string {
    const rows = [...this.#lines]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, line]) => {
        const sorted = [...line.seconds].sort((a, b) => a - b)
        return [
          name,
          String(line.points.size),
          String(line.runs),
          String(line.notReached),
          String(line.idle),
          String(line.lost),
          String(line.doubled),
          String(line.disordered),
          String(line.inDoubt),
          String(line.problems),
          `${quantile(sorted, 0.5)} median, ${quantile(sorted, 1)} most`
        ]
      })
    const all = [columns, columns.map(() => "---"), ...rows]
    return all.map((cells) => `| ${cells.join(" | ")} |`).join("\n")
  }
}

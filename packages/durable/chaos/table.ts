/** The results as a table. */
import type { Result } from "./run.js"

/** A row: the runs of one action. */
interface Line {
  points: Set<string>
  runs: number
  notReached: number
  lost: number
  doubled: number
  inDoubt: number
  problems: number
  readonly seconds: Array<number>
}

const columns = [
  "action",
  "points",
  "runs",
  "not reached",
  "lost",
  "doubled",
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
      lost: 0,
      doubled: 0,
      inDoubt: 0,
      problems: 0,
      seconds: []
    }
    this.#lines.set(name, line)
    line.points.add(point)
    line.runs++
    line.notReached += result.reached ? 0 : 1
    line.lost += result.lost
    line.doubled += result.doubled
    line.inDoubt += result.inDoubt
    line.problems += result.problem === undefined ? 0 : 1
    if (result.reached) line.seconds.push(result.seconds)
  }

  /** Whether nothing was lost, doubled, undecided or left undone. */
  get isClean(): boolean {
    return [...this.#lines.values()].every(
      ({ doubled, inDoubt, lost, problems }) => lost + doubled + inDoubt + problems === 0
    )
  }

  get doubled(): number {
    return [...this.#lines.values()].reduce((sum, line) => sum + line.doubled, 0)
  }

  /** The table as Markdown. */
  toString(): string {
    const rows = [...this.#lines].map(([name, line]) => {
      const sorted = [...line.seconds].sort((a, b) => a - b)
      return [
        name,
        String(line.points.size),
        String(line.runs),
        String(line.notReached),
        String(line.lost),
        String(line.doubled),
        String(line.inDoubt),
        String(line.problems),
        `${quantile(sorted, 0.5)} median, ${quantile(sorted, 1)} most`
      ]
    })
    const all = [columns, columns.map(() => "---"), ...rows]
    return all.map((cells) => `| ${cells.join(" | ")} |`).join("\n")
  }
}

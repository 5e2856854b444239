/**
 * The findings as annotations of a run of GitHub Actions: lines of output that GitHub shows beside the run.
 *
 * @since 0.1.0
 */
import type { Report } from "../report/Report.js"
import { shown } from "../report/shown.js"
import * as Summary from "../report/summary.js"
import { numbers } from "../text/words.js"

/** GitHub shows so many of each kind for one step, and drops the rest. */
const most = 10

/** A longer token would take all the room of an annotation. */
const longestReplay = 1_000

/**
 * Writes an error for each finding that fails the run, and a warning for each other one; the last of ten stands for
 * the rest. Ends with a newline, unless there is nothing to say.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (raw: Report): string => {
  const report = shown(raw)
  const told = (status: "failed" | "warned") =>
    Summary.told(report, status).map(({ counterexample, requirement }) => ({
      title: `${requirement.id} (${counterexample.level})`,
      message: [
        requirement.title,
        `expected: ${counterexample.expected}`,
        `actual: ${counterexample.actual}${counterexample.place === "" ? "" : ` (${counterexample.place})`}`,
        counterexample.when === "" ? undefined : `when: ${counterexample.when}`,
        `harm: ${counterexample.harm}`,
        counterexample.replay === "" || counterexample.replay.length > longestReplay
          ? undefined
          : `again: --replay ${counterexample.replay}`
      ]
        .filter((line) => line !== undefined)
        .join("\n")
    }))
  const ended =
    report.verdict === "inconclusive" || report.staleWaivers.length > 0
      ? [{ title: "Send message contract", message: Summary.verdict(report) }]
      : []
  const errors = [...ended, ...told("failed"), ...(report.strict ? told("warned") : [])]
  const warnings = report.strict ? [] : told("warned")
  return [...lines("error", errors), ...lines("warning", warnings)].map((line) => `${line}\n`).join("")
}

interface Annotation {
  readonly title: string
  readonly message: string
}

const lines = (kind: "error" | "warning", all: ReadonlyArray<Annotation>): ReadonlyArray<string> => {
  const shown = all.length <= most ? all : all.slice(0, most - 1)
  const rest = all.length - shown.length
  return [
    ...shown,
    ...(rest === 0
      ? []
      : [{ title: "Send message contract", message: `${numbers.format(rest)} more; the report has all of them` }])
  ].map(({ message, title }) => `::${kind} title=${property(title)}::${data(message)}`)
}

/** Escapes characters that end a command or begin another one. */
const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")

const property = (text: string): string => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C")

/**
 * Output in which nothing is taken for a command of GitHub Actions, whatever a server has answered. `token` has to be
 * one that no server can know.
 *
 * @since 0.1.0
 * @category rendering
 */
export const quoted = (text: string, token: string): string => `::stop-commands::${token}\n${text}::${token}::\n`

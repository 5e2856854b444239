/**
 * The report as JUnit XML, as Jenkins, GitLab and GitHub actions read it: a suite for each chapter of the catalogue, a
 * test case for each requirement.
 *
 * @since 0.1.0
 */
import type { Builder, TestCase, TestSuite } from "junit-report-builder"
import junit from "junit-report-builder"
import { groups, groupTitles, type Report, type ReportedRequirement } from "../report/Report.js"
import { shown } from "../report/shown.js"
import * as Summary from "../report/summary.js"
import { counterexamplesOf } from "../report/summary.js"
import * as Terminal from "./Terminal.js"

/**
 * Writes the XML. Ends with a newline.
 *
 * A broken MUST is a failure, and so is a broken SHOULD under `strict`; otherwise it passes, with the finding as its
 * output. Waived and skipped requirements are skipped; inconclusive ones are errors.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (raw: Report, options: { readonly command?: string | undefined } = {}): string => {
  const report = shown(raw)
  const command = options.command ?? Summary.commandOf(report)
  const builder = newBuilder().name("inbox-contract")
  for (const group of groups) {
    const rows = report.requirements.filter((each) => each.group === group)
    if (rows.length === 0) continue
    const suite = builder.testSuite().name(groupTitles[group]).timestamp(report.startedAt.slice(0, 19))
    suite
      .property("target", printable(report.target))
      .property("seed", String(report.seed))
      .property("budget", report.budget)
      .property("verdict", report.verdict)
    for (const row of rows) add(suite, row, report, command)
  }
  // The schema of Jenkins has the number of those that are skipped for a suite only.
  return `${builder.build().replace(/(<testsuites [^>]*?) skipped="\d+"/, "$1")}\n`
}

/** The types of the library describe its default export one level deeper than Node finds it. */
const newBuilder = (): Builder => (junit as unknown as Builder).newBuilder()

const add = (suite: TestSuite, row: ReportedRequirement, report: Report, command: string): void => {
  const testCase = suite.testCase().className(`inbox-contract.${row.group}`).name(row.id).time(0)
  const finding = printable(findingsOf(row, report, command))
  const isStale = report.staleWaivers.includes(row.id)
  if (isStale) fail(testCase, "stale waiver", `${row.id} holds: remove it from the waiver file`)
  else if (row.status === "failed" || (row.status === "warned" && report.strict)) {
    fail(testCase, printable(row.counterexample?.actual ?? row.title), finding)
  } else if (row.status === "warned") testCase.standardOutput(finding)
  else if (row.status === "waived") {
    testCase.skipped().standardOutput(printable(`waived: ${row.waived ?? ""}\n\n${finding}`))
  } else if (row.status === "skipped") testCase.skipped().standardOutput(printable(row.because ?? ""))
  else if (row.status === "inconclusive") {
    testCase.error(printable(row.because ?? report.reason ?? "the run ended before this was tested"), "inconclusive")
  }
}

const fail = (testCase: TestCase, message: string, text: string): void => {
  testCase.failure(message, "violation").stacktrace(text)
}

const findingsOf = (row: ReportedRequirement, report: Report, command: string): string =>
  counterexamplesOf(row)
    .map((counterexample) => Terminal.renderFinding(row, counterexample, { command }))
    .concat(`seed ${report.seed}`)
    .join("\n\n")

/**
 * XML 1.0 cannot hold every character, not even escaped: those are spelled. So is the end of a CDATA section, of which
 * the library escapes only the first.
 */
const printable = (text: string): string =>
  text
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, spelled)
    .replaceAll("]]>", `]]${spelled(">")}`)

const spelled = (character: string): string =>
  `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`

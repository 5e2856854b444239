/**
 * How much a run sends, and what it costs.
 *
 * @since 0.1.0
 */

/**
 * The findings as annotations of GitHub Actions.
 *
 * @since 0.1.0
 */
export * as Annotations from "./Annotations.js"
export * as Budget from "./Budget.js"
/**
 * Cases as data: what the kit sends, to print, shrink and replay.
 *
 * @since 0.1.0
 */
export * as Case from "./Case.js"
/**
 * The test kit as a function: a target in, a report out.
 *
 * @since 0.1.0
 */
export * as Conformance from "./Conformance.js"
/**
 * The edge classes of contents.
 *
 * @since 0.1.0
 */
export * as Content from "./Content.js"
/**
 * Names what a server did to a content.
 *
 * @since 0.1.0
 */
export * as Diagnosis from "./Diagnosis.js"
/**
 * The same traffic to two implementations, and where they differ.
 *
 * @since 0.1.0
 */
export * as Diff from "./Diff.js"
/**
 * What a requirement says, and how it is tested.
 *
 * @since 0.1.0
 */
export * as Explain from "./Explain.js"
/**
 * The traffic of a run as an HTTP Archive.
 *
 * @since 0.1.0
 */
export * as Har from "./Har.js"
/**
 * The report as a page.
 *
 * @since 0.1.0
 */
export * as Html from "./Html.js"
/**
 * The report as JUnit XML.
 *
 * @since 0.1.0
 */
export * as Junit from "./Junit.js"
/**
 * The report as GitHub shows it.
 *
 * @since 0.1.0
 */
export * as Markdown from "./Markdown.js"
/**
 * The kit run on several targets, side by side.
 *
 * @since 0.1.0
 */
export * as Matrix from "./Matrix.js"
/**
 * Replay tokens: a case in one word.
 *
 * @since 0.1.0
 */
export * as Replay from "./Replay.js"
/**
 * The report of a run, one schema from which every format is written.
 *
 * @since 0.1.0
 */
export * as Report from "./Report.js"
/**
 * The catalogue of requirements.
 *
 * @since 0.1.0
 */
export * as Requirement from "./Requirement.js"
/**
 * The kit tested on its own broken and unusual servers.
 *
 * @since 0.1.0
 */
export * as SelfTest from "./SelfTest.js"
/**
 * The report as a person reads it.
 *
 * @since 0.1.0
 */
export * as Terminal from "./Terminal.js"
/**
 * Violations that are known and excused for now.
 *
 * @since 0.1.0
 */
export * as Waiver from "./Waiver.js"

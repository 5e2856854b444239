/**
 * The catalogue of requirements.
 *
 * @since 0.1.0
 */
export * as Requirement from "./contract/Requirement.js"
/**
 * Violations that are known and excused for now.
 *
 * @since 0.1.0
 */
export * as Waiver from "./contract/Waiver.js"
/**
 * The traffic of a run as an HTTP Archive.
 *
 * @since 0.1.0
 */
export * as Har from "./formats/Har.js"
/**
 * The report as a page.
 *
 * @since 0.1.0
 */
export * as Html from "./formats/Html.js"
/**
 * The report as JUnit XML.
 *
 * @since 0.1.0
 */
export * as Junit from "./formats/Junit.js"
/**
 * The report as GitHub shows it.
 *
 * @since 0.1.0
 */
export * as Markdown from "./formats/Markdown.js"
/**
 * The report as a person reads it.
 *
 * @since 0.1.0
 */
export * as Terminal from "./formats/Terminal.js"
/**
 * The edge classes of contents.
 *
 * @since 0.1.0
 */
export * as Content from "./generate/Content.js"
/**
 * Names what a server did to a content.
 *
 * @since 0.1.0
 */
export * as Diagnosis from "./judge/Diagnosis.js"
/**
 * The test kit as a function: a target in, a report out.
 *
 * @since 0.1.0
 */
export * as Conformance from "./kit/Conformance.js"
/**
 * The same traffic to two implementations, and where they differ.
 *
 * @since 0.1.0
 */
export * as Diff from "./kit/Diff.js"
/**
 * A requirement, and how it is tested.
 *
 * @since 0.1.0
 */
export * as Explain from "./kit/Explain.js"
/**
 * The kit run on several targets, side by side.
 *
 * @since 0.1.0
 */
export * as Matrix from "./kit/Matrix.js"
/**
 * The kit tested on servers of which it is known what is wrong.
 *
 * @since 0.1.0
 */
export * as SelfTest from "./kit/SelfTest.js"
/**
 * Runs in a row, and one report of all of them.
 *
 * @since 0.1.0
 */
export * as Series from "./kit/Series.js"
/**
 * Settings in a file, for the command.
 *
 * @since 0.1.0
 */
export * as Settings from "./kit/Settings.js"
/**
 * How much a run sends, and what it costs.
 *
 * @since 0.1.0
 */
export * as Budget from "./model/Budget.js"
/**
 * Checks of one's own.
 *
 * @since 0.1.0
 */
export type * as Check from "./model/Check.js"
/**
 * Replay tokens: a case in one word.
 *
 * @since 0.1.0
 */
export * as Replay from "./report/Replay.js"
/**
 * The report of a run, one schema from which every format is written.
 *
 * @since 0.1.0
 */
export * as Report from "./report/Report.js"

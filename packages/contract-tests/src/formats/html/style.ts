/** The whole style of the page. Nothing is loaded, so that the fonts are the reader's own. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d5dae0; --code: #f3f5f7;
  --passed: #14703a; --passed-bg: #e3f5e9; --failed: #b3151d; --failed-bg: #fdeaea; --warned: #8a5200;
  --warned-bg: #fff3d9; --waived: #0b6a80; --waived-bg: #e0f4f8; --skipped: #57606a; --skipped-bg: #eceff2;
  --inconclusive: #7a2f96; --inconclusive-bg: #f6e9fb; --link: #0a58a8; --bar: #4a7fb5; --mark: #ffd9d7;
  --sent: #dcebfb; --focus: #0a58a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0f1318; --card: #171c23; --ink: #e4e8ed; --soft: #a3adb8; --line: #323a45; --code: #10151b;
    --passed: #6fd492; --passed-bg: #12301d; --failed: #ff9b98; --failed-bg: #3d1618; --warned: #f0be62;
    --warned-bg: #372707; --waived: #74d0e4; --waived-bg: #0c2f38; --skipped: #a3adb8; --skipped-bg: #242b34;
    --inconclusive: #dda6f2; --inconclusive-bg: #321a3d; --link: #85bcf5; --bar: #5f95cc; --mark: #64201f;
    --sent: #17385c; --focus: #85bcf5;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 3.5rem; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
main, .banner > *, footer { max-width: 84rem; margin-inline: auto; padding-inline: 1.25rem; }
a { color: var(--link); }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; text-wrap: balance; }
h2 { font-size: 1.375rem; margin: 2.75rem 0 0.75rem; }
h3 { font-size: 1.0625rem; }
h4, h3.small { font-size: 0.8125rem; color: var(--soft); font-weight: 600; margin: 1.25rem 0 0.375rem; }
p { margin: 0.5rem 0; max-width: 100ch; }
code, pre, .mono { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code, .mono { font-size: 0.9em; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
.soft { color: var(--soft); }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 0.5rem; top: 0.5rem; background: var(--card); padding: 0.5rem; z-index: 2; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.banner { background: var(--card); border-bottom: 1px solid var(--line); border-top: 6px solid var(--tone); padding-block: 1.5rem 0; }
.banner h1 { font-size: clamp(1.5rem, 4vw, 2.125rem); color: var(--tone); padding-top: 0.125rem; }
.banner .why { font-size: 1.0625rem; }
.banner .why p { margin: 0.25rem 0; }
.facts { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 1rem auto 0; }
.facts div { min-width: 0; }
.facts dt { font-size: 0.8125rem; color: var(--soft); }
.facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.tally { display: block; width: 100%; height: 0.75rem; margin: 1.25rem 0 0.5rem; border-radius: 3px; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 auto; padding-block: 0 1rem; list-style: none; font-size: 0.9375rem; }
nav { position: sticky; top: 0; z-index: 1; background: var(--card); border-bottom: 1px solid var(--line); }
nav ul { display: flex; gap: 0.25rem 1.5rem; max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; list-style: none; overflow-x: auto; }
nav a { display: block; padding: 0.625rem 0; white-space: nowrap; text-decoration: none; color: var(--ink); }
nav a:hover { text-decoration: underline; }

.violates { --tone: var(--failed); } .conforms { --tone: var(--passed); }
.failed { --tone: var(--failed); --tint: var(--failed-bg); } .passed { --tone: var(--passed); --tint: var(--passed-bg); }
.warned { --tone: var(--warned); --tint: var(--warned-bg); } .waived { --tone: var(--waived); --tint: var(--waived-bg); }
.skipped { --tone: var(--skipped); --tint: var(--skipped-bg); }
.inconclusive { --tone: var(--inconclusive); --tint: var(--inconclusive-bg); }
.badge {
  display: inline-block; padding: 0 0.5rem; border-radius: 3px; background: var(--tint); color: var(--tone);
  font-size: 0.8125rem; font-weight: 600; white-space: nowrap; line-height: 1.6;
}
.level { font-size: 0.8125rem; font-weight: 600; color: var(--soft); white-space: nowrap; }
.fill-passed { fill: var(--passed); } .fill-failed { fill: var(--failed); } .fill-warned { fill: var(--warned); }
.fill-waived { fill: var(--waived); } .fill-skipped { fill: var(--line); } .fill-inconclusive { fill: var(--inconclusive); }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 6px; }
.finding { margin: 0 0 1rem; border-left: 5px solid var(--tone); }
.finding > summary { padding: 0.875rem 1.125rem; cursor: pointer; display: grid; grid-template-columns: auto 1fr; gap: 0 0.625rem; list-style: none; }
.finding > summary::-webkit-details-marker { display: none; }
.finding > summary::before { content: "\\25B8"; color: var(--soft); grid-row: span 3; }
.finding[open] > summary::before { content: "\\25BE"; }
.finding > summary .heading { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.75rem; }
.finding > summary p { margin: 0.125rem 0 0; grid-column: 2; }
.finding > summary .headline { color: var(--soft); overflow-wrap: anywhere; }
.finding[open] > summary .headline { display: none; }
.finding > .inside { padding: 0 1.125rem 1.125rem; }
.versus { display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; margin: 0; }
.versus > div { padding: 0.625rem 0.875rem; border-radius: 4px; background: var(--tint); min-width: 0; }
.versus dt { color: var(--tone); font-weight: 600; font-size: 0.875rem; }
.versus dd { margin: 0.125rem 0 0; overflow-wrap: anywhere; }
.about { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0.375rem 1rem; margin: 1rem 0 0; max-width: 64rem; }
.about dt { color: var(--soft); }
.about dd { margin: 0; overflow-wrap: anywhere; }
blockquote { margin: 0; padding-left: 0.75rem; border-left: 3px solid var(--line); }
.exchange { margin: 1.25rem 0 0; }
.exchange > figcaption { font-weight: 600; }
.exchange > .sides { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 0 1rem; }
.exchange h4 { margin-top: 0.5rem; }
.exchange pre { max-height: 50rem; }
pre {
  margin: 0; padding: 0.75rem 0.875rem; background: var(--code); border: 1px solid var(--line); border-radius: 4px;
  font-size: 0.8125rem; line-height: 1.55; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 30rem; overflow: auto;
  direction: ltr; tab-size: 2;
}
mark { color: inherit; border-radius: 2px; padding: 0.0625rem 0.125rem; margin: 0 -0.125rem; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
mark.wrong { background: var(--mark); box-shadow: inset 0 -2px var(--failed); font-weight: 600; }
mark.sent { background: var(--sent); }
.chr { color: var(--inconclusive); background: var(--inconclusive-bg); border-radius: 2px; font-size: 0.9em; }
.paste { position: relative; }
.paste button {
  position: absolute; top: 0.375rem; right: 0.375rem; font: inherit; font-size: 0.8125rem; padding: 0.125rem 0.625rem;
  color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 4px; cursor: pointer;
}
.paste button:hover { border-color: var(--ink); }
.script .paste pre { padding-right: 5.5rem; }

.filter { border: 0; padding: 0; margin: 0 0 1rem; display: flex; flex-wrap: wrap; gap: 0.5rem; }
.filter legend { padding: 0; margin-bottom: 0.375rem; color: var(--soft); }
.filter label { display: inline-flex; gap: 0.375rem; align-items: center; padding: 0.125rem 0.75rem; border: 1px solid var(--line); border-radius: 4px; background: var(--card); cursor: pointer; }
.filter label:has(:checked) { border-color: var(--ink); box-shadow: inset 0 0 0 1px var(--ink); }
.filter input { margin: 0; accent-color: var(--ink); }
.chapter { margin: 0 0 1rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: 0.75rem 1rem; }
caption .soft { font-weight: 400; }
th, td { text-align: left; padding: 0.375rem 1rem; border-top: 1px solid var(--line); vertical-align: top; font-weight: 400; }
thead th { font-size: 0.8125rem; color: var(--soft); border-top: 0; padding-block: 0.125rem; }
.rows td:first-child, .rows thead th:first-child { width: 8.5rem; }
.rows th[scope="row"], .matrix thead th:first-child { width: 18rem; overflow-wrap: anywhere; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .soft { display: block; }

.servers { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1rem; }
.server { padding: 1rem 1.125rem; border-top: 5px solid var(--tone); min-width: 0; }
.server .verdict { color: var(--tone); font-weight: 600; margin: 0.25rem 0 0; overflow-wrap: anywhere; }
.server .tally { margin-top: 0.875rem; }
.server .legend { padding: 0; }
.server details { margin-top: 0.875rem; }
.server summary { cursor: pointer; color: var(--link); }
.matrix { table-layout: fixed; }
.matrix thead th:nth-child(2) { width: 22rem; }
.matrix thead th:nth-child(3) { width: 5.5rem; }
.matrix td.cell, .matrix th.cell { text-align: center; overflow-wrap: anywhere; width: 6.5rem; padding-inline: 0.25rem; }
.matrix .name { display: none; }
.many thead th:nth-child(2) { width: 16rem; }
.many td.cell, .many th.cell { width: 4.75rem; }
.many .word { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.matrix a .badge { text-decoration: underline; }

.classes { columns: 3 22rem; column-gap: 2rem; padding: 1rem; margin: 0; list-style: none; }
.classes li { break-inside: avoid; padding-bottom: 0.5rem; }
.classes .name { display: flex; justify-content: space-between; gap: 1rem; font-size: 0.875rem; }
.classes svg { display: block; width: 100%; height: 0.375rem; }
.track { fill: var(--skipped-bg); } .bar { fill: var(--bar); }
.chart { padding: 1rem; }
.chart .scroll { overflow-x: auto; }
.chart svg { display: block; width: 100%; min-width: 40rem; height: auto; }
.chart text { fill: var(--soft); font-size: 12px; }
.chart .line { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 4 3; }
.chart .axis { stroke: var(--line); }
.chart .at { fill: var(--ink); font-weight: 600; }
.chart details { margin-top: 0.75rem; }
.plain { padding-left: 1.25rem; margin: 0.5rem 0; }
.plain li { margin: 0.25rem 0; max-width: 90ch; overflow-wrap: anywhere; }
footer { padding-block: 2rem 3rem; color: var(--soft); font-size: 0.875rem; }

FILTERS
@media (max-width: 56rem) {
  .exchange > .sides { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 40rem) {
  main, .banner > *, footer, nav ul { padding-inline: 0.875rem; }
  .versus { grid-template-columns: minmax(0, 1fr); }
  .about { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .about dd { margin-bottom: 0.625rem; }
  .finding > summary, .finding > .inside { padding-inline: 0.75rem; }
  .rows, .rows tbody, .rows tr { display: block; }
  .rows thead { display: none; }
  .rows tr { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; padding: 0.5rem 0.875rem; border-top: 1px solid var(--line); }
  .rows td, .rows th, .rows td:first-child, .rows th[scope="row"] { border: 0; padding: 0; width: auto; }
  .rows th[scope="row"] { grid-column: 1 / -1; grid-row: 2; }
  .rows .title { grid-column: 1 / -1; grid-row: 3; }
  .rows .number { grid-column: 1 / -1; grid-row: 4; text-align: left; color: var(--soft); }
  .rows .number .hidden { position: static; clip-path: none; }
  .matrix th[scope="row"] { grid-column: 1; grid-row: 1; }
  .matrix .level { grid-column: 2; grid-row: 1; }
  .matrix .title { grid-row: 2; padding-bottom: 0.375rem; }
  .matrix td.cell { grid-column: 1 / -1; text-align: left; width: auto; }
  .matrix .name { display: inline-block; min-width: 9rem; color: var(--soft); }
  .rows caption { display: block; padding-inline: 0.875rem; }
  .script .paste pre { padding-right: 0.875rem; padding-top: 2.5rem; }
}
@media print {
  :root { color-scheme: light; }
  body { background: none; font-size: 10pt; }
  nav, .skip, .paste button, .filter { display: none; }
  pre, .exchange pre { max-height: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .chapter, .exchange, tr, li { break-inside: avoid; }
  h2, h3, h4, caption { break-after: avoid; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`

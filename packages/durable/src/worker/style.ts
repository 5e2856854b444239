/** The style sheet of the page. */
export const style = `:root { color-scheme: light dark; --line: #8884; --soft: #8882; --doubt: #b35900; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --doubt: #ffb366; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1.5rem }
h1 { font-size: 1.3rem; margin: 0 0 1rem } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem; vertical-align: top }
th { font-weight: 600; border-bottom: 1px solid var(--line) } td { border-bottom: 1px solid var(--soft) }
td code, dd, li, .text { overflow-wrap: anywhere } td { overflow-wrap: break-word } code { font: .92em ui-monospace, monospace }
dl.counts { display: flex; flex-wrap: wrap; gap: .75rem; margin: 0 }
dl.counts div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .9rem; min-width: 7rem }
dl.counts dt { font-size: .85rem } dl.counts dd { margin: 0; font-size: 1.4rem; font-variant-numeric: tabular-nums }
.doubt { color: var(--doubt) } .bad { color: var(--bad) }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; margin: 1rem 0 }
label { display: grid; gap: .2rem; font-size: .9rem } input, button { font: inherit; padding: .4rem .7rem; border-radius: .4rem }
input { border: 1px solid var(--line) } button { border: 1px solid var(--line); cursor: pointer }
:focus-visible { outline: 2px solid Highlight; outline-offset: 2px }
ol.thread { list-style: none; padding: 0 } ol.thread li { border-left: 3px solid var(--soft); padding: .3rem .8rem; margin: .4rem 0 }
ol.thread li.candidate { border-color: var(--doubt) } ol.thread small { display: block } .text { white-space: pre-wrap }
@media (max-width: 45rem) {
  body { padding: 1rem }
  thead { display: none }
  tr { display: block; border-bottom: 1px solid var(--line); padding: .5rem 0 } td { border: 0 }
  td { display: grid; grid-template-columns: 6rem minmax(0, 1fr); gap: .5rem; padding: .15rem 0 }
  td::before { content: attr(data-label); font-size: .85rem } td:empty { display: none }
  form button, form label { flex: 1 1 100% }
}
`

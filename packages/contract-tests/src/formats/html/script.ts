/** Script of the page: copies command lines, and unfolds everything before printing. */
export const script = `
document.documentElement.classList.add("script")
const status = document.getElementById("told")
for (const box of document.querySelectorAll(".paste")) {
  const button = document.createElement("button")
  button.type = "button"
  button.textContent = "Copy"
  button.setAttribute("aria-label", "Copy " + box.dataset.what)
  button.addEventListener("click", async () => {
    const text = box.querySelector("pre").textContent
    let copied = true
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      const range = document.createRange()
      range.selectNodeContents(box.querySelector("pre"))
      getSelection().removeAllRanges()
      getSelection().addRange(range)
      copied = document.execCommand("copy")
    }
    button.textContent = copied ? "Copied" : "Press Ctrl-C"
    status.textContent = copied ? box.dataset.what + " copied" : box.dataset.what + " selected"
    setTimeout(() => { button.textContent = "Copy" }, 2000)
  })
  box.append(button)
}
const folded = () => document.querySelectorAll("details:not([open])")
addEventListener("beforeprint", () => {
  for (const each of folded()) { each.open = true; each.dataset.folded = "" }
})
addEventListener("afterprint", () => {
  for (const each of document.querySelectorAll("[data-folded]")) { each.open = false; delete each.dataset.folded }
})
const show = () => {
  const at = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (at instanceof HTMLDetailsElement) at.open = true
}
addEventListener("hashchange", show)
show()
`

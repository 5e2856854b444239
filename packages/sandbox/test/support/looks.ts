/** Scripts that find what does not look right on a page. */

/** Finds what is hard to read: text whose contrast to what is behind it is less than WCAG asks for, 4.5 to 1. */
export const faint = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const paint = (colours) => {
    canvas.clearRect(0, 0, 1, 1)
    for (const colour of colours) {
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
  }
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) =>
    element === null ? ["white"] : [...behind(element.parentElement), getComputedStyle(element).backgroundColor]
  const isText = (node) => node.nodeType === 3 && node.data.trim() !== ""
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }) && [...element.childNodes].some(isText))
    .map((element) => {
      const grounds = behind(element)
      const [low, high] = [paint(grounds), paint([...grounds, getComputedStyle(element).color])]
        .map(luminance)
        .sort((a, b) => a - b)
      return { text: element.textContent.slice(0, 40), ratio: (high + 0.05) / (low + 0.05) }
    })
    .filter(({ ratio }) => ratio < 4.5)
})()`

/** Finds what reaches over its edge to the side: the page itself, or a list of it. */
export const overflowing = `[document.documentElement, ...document.querySelectorAll(".scroller")]
  .filter((element) => element.scrollWidth > element.clientWidth)
  .map((element) => element.className)`

/**
 * Says something to those who listen to the page instead of looking at it. What follows at once replaces what came
 * before: a burst of messages is one sentence.
 */

const gatherMillis = 300

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer

/** @param {string} sentence */
export const announce = (sentence) => {
  clearTimeout(timer)
  timer = setTimeout(() => {
    const announcer = document.getElementById("announcer")
    if (announcer !== null) announcer.textContent = sentence
  }, gatherMillis)
}

/** Times for which this process, and the sandboxes in it, were held up by a busy machine. */

const step = 50

const kept = 10 * 60_000

const held: Array<{ readonly at: number; readonly millis: number }> = []

let last = performance.now()

setInterval(() => {
  const now = performance.now()
  const millis = now - last - step
  last = now
  if (millis > step) held.push({ at: now, millis })
  while ((held[0]?.at ?? now) < now - kept) held.shift()
}, step).unref()

/** The longest time, in milliseconds, for which nothing happened here since an instant of `performance.now`. */
export const longestSince = (instant: number): number =>
  Math.max(0, performance.now() - last - step, ...held.flatMap(({ at, millis }) => (at >= instant ? [millis] : [])))

/**
 * The log of the command: a JSON object in each line, the lines of one turn of the event loop in one write.
 */
import * as Logger from "effect/Logger"

/** A logger that writes with `write`, and never more than once in a turn. */
export const make = (write: (text: string) => void): Logger.Logger<unknown, void> => {
  let lines = ""
  const flush = () => {
    const text = lines
    lines = ""
    write(text)
  }
  return Logger.make((options) => {
    if (lines === "") setImmediate(flush)
    lines += `${Logger.jsonLogger.log(options)}\n`
  })
}

type Environment = Readonly<Record<string, string | undefined>>

/** Columns without a terminal: as many as a log shows without wrapping. */
const plainWidth = 120

/** NO_COLOR and FORCE_COLOR as no-color.org and Node have them; a terminal gets colour otherwise. */
export const wantsColor = (environment: Environment, isTerminal: boolean): boolean => {
  const { FORCE_COLOR: forced, NO_COLOR: none, TERM: terminal } = environment
  if (forced !== undefined) return forced !== "0" && forced !== "false"
  if (none !== undefined && none !== "") return false
  return isTerminal && terminal !== "dumb"
}

/** Tells whether the locale says that the terminal shows ASCII only. No locale at all says nothing. */
export const wantsAscii = ({ LANG, LC_ALL, LC_CTYPE, TERM }: Environment): boolean => {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== undefined && value !== "")
  return TERM === "linux" || (locale !== undefined && !/utf-?8/i.test(locale))
}

/** The width of what is written to a stream. */
export const columns = (environment: Environment, stream: NodeJS.WriteStream): number => {
  const given = Number(environment.COLUMNS)
  if (stream.isTTY) return stream.columns || 80
  return Number.isInteger(given) && given > 0 ? given : plainWidth
}

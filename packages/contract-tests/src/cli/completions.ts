/**
 * The command line library's script for bash looks for commands whose names have `__` where there is a hyphen, which
 * nobody types: the lines that compare with what was typed get the names as they are.
 */
export const mended = (script: string): string =>
  script.replace(/^ +\w+,\w+\)$/gm, (line) => line.replaceAll("__", "-"))

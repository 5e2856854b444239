/**
 * Words of a shell.
 *
 * @since 0.1.0
 */

/** A text between single quotes, as one word that a shell changes nothing in. */
export const singleQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/** A text as one word, with quotes only where it needs them. */
export const shellWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : singleQuoted(text))

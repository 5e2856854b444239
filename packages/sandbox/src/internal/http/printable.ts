const printable = /^[\x21-\x7e]+$/

/** Tells whether a token can stand in a header: printable ASCII without spaces, one character at least. */
export const isPrintable = (token: string): boolean => printable.test(token)

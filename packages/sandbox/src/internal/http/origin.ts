/** Tells whether a text is an origin as browsers spell it. */
export const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text

/** The version of the package, which a bundle could not read from its package.json. */
export const version = "0.1.0"

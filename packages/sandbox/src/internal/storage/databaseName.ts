/** The name that stands for a database in memory. */
export const memory = ":memory:"

/** Tells whether a database is a server that several processes can share. */
export const isShared = (database: string): boolean => /^postgres(ql)?:\/\//i.test(database)

/** A database as it may be shown: of a URL, neither the password nor the parameters. */
export const nameOf = (database: string): string => {
  if (!isShared(database)) return database
  const [, scheme, user, rest] = /^([a-z]+:\/\/)(?:([^:@/]*)(?::[^@]*)?@)?([^?#]*)/i.exec(database) ?? []
  return rest === undefined || rest.includes("@")
    ? "postgres://…"
    : `${scheme}${user === undefined ? "" : `${user}@`}${rest}`
}

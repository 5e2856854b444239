/** Tells whether an address is one that other machines cannot reach. */
export const isLoopback = (address: string): boolean =>
  address === "localhost" || address === "::1" || /^127(\.\d{1,3}){3}$/.test(address)

/** The host under which this machine reaches a listener: nobody can connect to "every address". */
export const reachable = (host: string): string => (host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host)

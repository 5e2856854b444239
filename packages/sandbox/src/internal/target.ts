/** The target of a request in one form: the path as it is meant, and the host that it names, if it names one. */
export interface Target {
  /** Path and query as they were sent, without the scheme and the authority of an absolute URL. */
  readonly url: string
  /** The path with its percent-encoded characters decoded, segment by segment; `undefined` where that is impossible. */
  readonly segments: ReadonlyArray<string> | undefined
  /** The authority of an absolute URL, which counts in place of the header `Host`. */
  readonly authority: string | undefined
}

const absolute = /^https?:\/\/([^/?#]*)(.*)$/i

const decode = (path: string): ReadonlyArray<string> | undefined => {
  try {
    return path.split("/").map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** Reads the target of a request: a path, or (as proxies are asked, and every server has to take) an absolute URL. */
export const read = (raw: string): Target => {
  const [, authority, rest = raw] = absolute.exec(raw) ?? []
  const url = authority === undefined ? raw : rest.startsWith("/") ? rest : `/${rest}`
  return { url, authority, segments: decode(/^[^?#]*/.exec(url)?.[0] ?? "") }
}

/** Whether a path is a folder of one segment or below it. Escapes make no difference: a router decodes them, too. */
export const isBelow = ({ segments }: Target, folder: string): boolean => `/${segments?.[1]}` === folder

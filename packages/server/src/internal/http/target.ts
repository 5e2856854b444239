/** The target of a request, read once: everything that is decided by the path is decided on these segments. */
export interface Target {
  /** Path and query as they were sent, without the scheme and the authority of an absolute URL. */
  readonly url: string
  /** The segments of the path, escapes decoded; `undefined` where they cannot be. */
  readonly segments: ReadonlyArray<string> | undefined
  /** The text behind the question mark. */
  readonly query: string
  /** The authority of an absolute URL, which counts in place of the header `Host`. */
  readonly authority: string | undefined
}

const absolute = /^https?:\/\/([^/?#]*)(.*)$/i

const decode = (path: string): ReadonlyArray<string> | undefined => {
  const segments = path.split("/").slice(1)
  if (!path.includes("%")) return segments
  try {
    return segments.map(decodeURIComponent)
  } catch {
    return undefined
  }
}

/** Reads a target: a path, or (as proxies are asked, and every server has to take) an absolute URL. */
export const read = (raw: string): Target => {
  const [, authority, rest = raw] = raw.startsWith("/") ? [] : (absolute.exec(raw) ?? [])
  const url = authority === undefined || rest.startsWith("/") ? rest : `/${rest}`
  const end = url.search(/[?#]/)
  const path = end === -1 ? url : url.slice(0, end)
  const query = url[end] === "?" ? (/^[^#]*/.exec(url.slice(end + 1))?.[0] ?? "") : ""
  return { url, authority, query, segments: path.startsWith("/") ? decode(path) : undefined }
}

/** Whether a path is this folder or below it. */
export const isBelow = (segments: ReadonlyArray<string> | undefined, folder: ReadonlyArray<string>): boolean =>
  segments !== undefined && folder.every((segment, index) => segments[index] === segment)

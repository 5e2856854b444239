/**
 * Requests as command lines that send the same bytes again.
 *
 * @since 0.1.0
 */
import type { RawRequest } from "./Exchange.js"

/**
 * A `curl` command line for a request. Wherever the token stands, the variable `INBOX_API_TOKEN` stands instead; a
 * body that a shell cannot hold in quotes comes from `base64`.
 *
 * @since 0.1.0
 * @category rendering
 */
export const render = (request: RawRequest, baseUrl: string, token: string): string => {
  const url = `${baseUrl.replace(/\/+$/, "")}${request.path}`
  const names = new Set(request.headers.map(([name]) => name.toLowerCase()))
  const parts = [
    "curl --silent --show-error --include --path-as-is --globoff",
    ...(request.method === "POST" ? ["--request POST"] : [`--request ${request.method}`]),
    quoted(url, token),
    ...request.headers.map(
      ([name, value]) => `--header ${quoted(value === "" ? `${name};` : `${name}: ${value}`, token)}`
    ),
    // What curl would add by itself.
    ...(names.has("accept") ? [] : ["--header 'Accept:'"]),
    ...(names.has("content-type") || request.body === undefined ? [] : ["--header 'Content-Type:'"]),
    ...(request.framing.kind === "chunked" ? ["--header 'Transfer-Encoding: chunked'"] : [])
  ]
  if (request.body === undefined) return parts.join(" \\\n  ")
  const text = quotable(request.body)
  return text === undefined
    ? `echo ${Buffer.from(request.body).toString("base64")} | base64 --decode | ${[...parts, "--data-binary @-"].join(" \\\n  ")}`
    : [...parts, `--data-binary ${singleQuoted(text)}`].join(" \\\n  ")
}

/** The body as a text that survives quoting and copying: no controls, nothing invisible, no damaged characters. */
const quotable = (body: Uint8Array): string | undefined => {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body)
    // A leading @ would name a file.
    return /^@|[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{M}]|(?! )\p{Zs}/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

const singleQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

const quoted = (text: string, token: string): string =>
  token !== "" && text.includes(token)
    ? `"${text
        .split(token)
        .map((part) => part.replace(/[\\"$`]/g, "\\$&"))
        .join("$" + "{INBOX_API_TOKEN}")}"`
    : singleQuoted(text)

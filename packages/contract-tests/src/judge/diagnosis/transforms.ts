/** A change that servers make to texts, as a function: the diagnosis is right when it gives exactly what came back. */
export interface Transform {
  readonly id: string
  readonly title: string
  readonly apply: (content: string) => string
}

const transform = (id: string, title: string, apply: (content: string) => string): Transform => ({ id, title, apply })

/** Swaps what the pattern finds, keeping `$` in the replacement literal. */
const swap = (pattern: RegExp, replacement: string) => (content: string) => content.replace(pattern, () => replacement)

/** Applies a step that may throw on contents it cannot take, which then are not changed by it. */
const attempt = (step: (content: string) => string) => (content: string) => {
  try {
    return step(content)
  } catch {
    return content
  }
}

const encoder = new TextEncoder()
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })

/** The characters of Windows-1252 in place of the C1 controls; NUL for none. Not every runtime decodes it right. */
const windows1252 = "€\0‚ƒ„…†‡ˆ‰Š‹Œ\0Ž\0\0‘’“”•–—˜™š›œ\0žŸ"

const chunked = (bytes: Uint8Array): string => {
  let out = ""
  for (const byte of bytes) out += String.fromCharCode(byte)
  return out
}

const asLatin1 = (content: string): string => chunked(encoder.encode(content))

const asWindows1252 = (content: string): string =>
  asLatin1(content).replace(/[\u0080-\u009f]/g, (control) => {
    const sign = windows1252.charAt(control.charCodeAt(0) - 0x80)
    return sign === "\0" ? control : sign
  })

const fromLatin1 = (content: string): string =>
  /^[\u0000-\u00ff]*$/.test(content)
    ? utf8.decode(Uint8Array.from(content, (character) => character.charCodeAt(0)))
    : content

const blank = "[\\s\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u180e\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u2064\\ufeff]"

export const isBlank = (content: string): boolean => new RegExp(`^${blank}*$`).test(content)

const trims: ReadonlyArray<Transform> = [
  transform("trimmed", "trimmed at both ends", (content) => content.trim()),
  transform("trimmed", "trimmed at the start", (content) => content.trimStart()),
  transform("trimmed", "trimmed at the end", (content) => content.trimEnd())
]

const normalisations: ReadonlyArray<Transform> = (["NFC", "NFD", "NFKC", "NFKD"] as const).map((form) =>
  transform("normalised", `normalised to ${form}`, (content) => content.normalize(form))
)

const capitalise = (content: string): string => content.replace(/^\p{L}/u, (letter) => letter.toUpperCase())

const titleCase = (content: string): string =>
  content.toLowerCase().replace(/(^|\s)(\p{L})/gu, (_, space: string, letter: string) => space + letter.toUpperCase())

const casings: ReadonlyArray<Transform> = [
  transform("recased", "turned to lower case", (content) => content.toLowerCase()),
  transform("recased", "turned to upper case", (content) => content.toUpperCase()),
  transform("recased", "ASCII letters turned to lower case", (c) => c.replace(/[A-Z]/g, (l) => l.toLowerCase())),
  transform("recased", "ASCII letters turned to upper case", (c) => c.replace(/[a-z]/g, (l) => l.toUpperCase())),
  transform("recased", "case-folded", (content) => content.toUpperCase().toLowerCase()),
  transform("recased", "case-folded", (content) => content.toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ")),
  transform("recased", "turned to lower case by Turkish rules", (content) => content.toLocaleLowerCase("tr")),
  transform("recased", "turned to upper case by Turkish rules", (content) => content.toLocaleUpperCase("tr")),
  transform("recased", "first letter capitalised", capitalise),
  transform("recased", "every word capitalised", titleCase),
  transform("recased", "every word capitalised", (c) => c.replace(/(^|\s)(\p{L})/gu, (m: string) => m.toUpperCase()))
]

const escapers: ReadonlyArray<Readonly<Record<string, string>>> = [
  { "&": "&amp;", "<": "&lt;", ">": "&gt;" },
  { "<": "&lt;", ">": "&gt;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" },
  ...["&#39;", "&#x27;", "&#039;", "&apos;", "&#34;"].map((quote) => ({
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': quote === "&#34;" ? quote : "&quot;",
    "'": quote === "&#34;" ? "&#39;" : quote
  })),
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "/": "&#x2F;", "`": "&#x60;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "/": "&#x2F;" },
  { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;" },
  { "&": "&amp;" },
  { "<": "&lt;" },
  { '"': "&quot;" },
  { "'": "&#39;" },
  { "'": "&#x27;" },
  { "'": "&apos;" },
  { '"': "&quot;", "'": "&#39;" }
]

const escapeWith = (table: Readonly<Record<string, string>>) => (content: string) =>
  content.replace(/[&<>"'/`]/g, (character) => table[character] ?? character)

const escapedBody = escapeWith({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  eacute: "é",
  copy: "©",
  reg: "®",
  hellip: "…",
  mdash: "—",
  ndash: "–",
  euro: "€"
}

const numericEntity = (digits: string): string | undefined => {
  const code = /^x/i.test(digits) ? Number.parseInt(digits.slice(1), 16) : Number.parseInt(digits, 10)
  return code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}

const unescape = (known: ReadonlySet<string> | undefined) => (content: string) =>
  content.replace(/&(?:#(x[0-9a-f]+|\d+)|(\w+));/gi, (all: string, digits?: string, name?: string) => {
    if (digits !== undefined) return numericEntity(digits) ?? all
    if (name === undefined || (known !== undefined && !known.has(name))) return all
    return entities[name] ?? all
  })

const numeric = (spell: (code: number) => string) => (content: string) =>
  content.replace(/[^\u0000-\u007f]/gu, (character) => spell(character.codePointAt(0) ?? 0))

const html: ReadonlyArray<Transform> = [
  ...escapers.map((table) => transform("html-escaped", "HTML-escaped", escapeWith(table))),
  transform("html-escaped", "HTML-escaped twice", (content) => escapedBody(escapedBody(content))),
  transform("html-escaped", "HTML-escaped twice", (content) => {
    return escapeWith(escapers[0] ?? {})(escapeWith(escapers[0] ?? {})(content))
  }),
  transform(
    "html-escaped",
    "non-ASCII turned into decimal entities",
    numeric((code) => `&#${code};`)
  ),
  transform(
    "html-escaped",
    "non-ASCII turned into hexadecimal entities",
    numeric((code) => `&#x${code.toString(16)};`)
  ),
  transform("html-unescaped", "HTML-unescaped", unescape(undefined)),
  transform("html-unescaped", "HTML-unescaped", unescape(new Set(["amp", "lt", "gt", "quot", "apos"]))),
  transform("html-unescaped", "HTML-unescaped twice", (content) => unescape(undefined)(unescape(undefined)(content))),
  transform("tags-stripped", "HTML tags stripped", swap(/<\/?[a-z!?][^>]*>/gi, "")),
  transform("tags-stripped", "HTML tags stripped", swap(/<[^>]*>/g, "")),
  transform("tags-stripped", "HTML tags stripped", swap(/<[^>]*>?/g, "")),
  transform("tags-stripped", "HTML tags stripped", swap(/<(script|style)\b[^>]*>.*?<\/\1>|<[^>]*>/gis, "")),
  transform("tags-stripped", "script elements stripped", swap(/<script\b[^>]*>.*?<\/script>/gis, "")),
  transform("tags-stripped", "angle brackets stripped", swap(/[<>]/g, "")),
  transform("markup-stripped", "Markdown marks stripped", swap(/[*_~`]+/g, "")),
  transform("markup-stripped", "BBCode stripped", swap(/\[\/?\w+(?:=[^\]]*)?\]/g, ""))
]

const spaces = "\\s\\u0085\\u180e\\u200b\\u2060\\ufeff"

const whites: ReadonlyArray<Transform> = [
  transform("white-space-collapsed", "runs of white space collapsed", swap(/\s+/g, " ")),
  transform("white-space-collapsed", "runs of white space collapsed and ends trimmed", (content) => {
    return content.replace(/\s+/g, " ").trim()
  }),
  transform("white-space-collapsed", "runs of spaces collapsed", swap(/ {2,}/g, " ")),
  transform("white-space-collapsed", "runs of spaces and tabs collapsed", swap(/[ \t]+/g, " ")),
  transform("white-space-collapsed", "runs of white space collapsed", (c) => c.replace(/(\s)\s+/g, "$1")),
  transform("white-space-collapsed", "runs of two or more white-space characters collapsed", swap(/\s{2,}/g, " ")),
  transform("white-space-collapsed", "blank lines collapsed", swap(/\n{3,}/g, "\n\n")),
  transform("white-space-collapsed", "blank lines removed", swap(/\n{2,}/g, "\n")),
  transform("white-space-collapsed", "blank lines removed", swap(/(?:\r?\n){2,}/g, "\n")),
  transform("white-space-removed", "white space removed", swap(/\s+/g, "")),
  transform("white-space-removed", "spaces removed", swap(/ +/g, "")),
  transform("white-space-removed", "white space at line ends removed", swap(/[ \t]+$/gm, ""))
]

const spacesReplaced: ReadonlyArray<Transform> = [
  transform("white-space-replaced", "no-break spaces turned into spaces", swap(/[\u00a0\u202f]/g, " ")),
  transform("white-space-replaced", "no-break spaces turned into spaces", swap(/\u00a0/g, " ")),
  transform("white-space-replaced", "tabs turned into spaces", swap(/\t/g, " ")),
  transform("white-space-replaced", "tabs turned into spaces", swap(/\t/g, "    ")),
  transform("white-space-replaced", "tabs turned into spaces", swap(/\t/g, "  ")),
  transform(
    "white-space-replaced",
    "Unicode spaces turned into spaces",
    swap(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " ")
  ),
  transform("white-space-replaced", "the ideographic space turned into a space", swap(/\u3000/g, " ")),
  transform("white-space-replaced", "all white space turned into spaces", swap(/\s/g, " ")),
  transform("white-space-replaced", "all white space turned into spaces", swap(new RegExp(`[${spaces}]`, "g"), " "))
]

const lines: ReadonlyArray<Transform> = [
  transform("line-ends", "CR LF turned into LF", swap(/\r\n/g, "\n")),
  transform("line-ends", "CR LF and CR turned into LF", swap(/\r\n?/g, "\n")),
  transform("line-ends", "CR turned into LF", swap(/\r/g, "\n")),
  transform("line-ends", "CR removed", swap(/\r/g, "")),
  transform("line-ends", "LF turned into CR LF", swap(/\n/g, "\r\n")),
  transform("line-ends", "line ends turned into CR LF", swap(/\r\n|\r|\n/g, "\r\n")),
  transform("line-ends", "line ends turned into CR", swap(/\r\n|\n/g, "\r")),
  transform("line-ends", "line ends turned into LF", swap(/\r\n|[\r\v\f\u0085\u2028\u2029]/g, "\n")),
  transform("line-ends", "U+2028 and U+2029 turned into LF", swap(/[\u2028\u2029]/g, "\n")),
  transform("line-ends", "line ends turned into spaces", swap(/\r\n|\r|\n/g, " ")),
  transform("line-ends", "line ends turned into spaces", swap(/[\r\n]+/g, " ")),
  transform("line-ends", "line ends turned into <br>", swap(/\r\n|\r|\n/g, "<br>")),
  transform("line-ends", "line ends turned into <br/>", swap(/\r\n|\r|\n/g, "<br/>")),
  transform("line-ends", "line ends turned into <br />", swap(/\r\n|\r|\n/g, "<br />")),
  transform("line-ends", "line ends removed", swap(/[\r\n]/g, "")),
  transform("line-ends", "line ends removed", swap(/\n/g, "")),
  transform("line-ends", "last line end removed", swap(/\r?\n$/, "")),
  transform("line-ends", "all but the first line removed", swap(/[\r\n].*$/s, "")),
  transform("line-ends", "line ends escaped", (content) => content.replaceAll("\r", "\\r").replaceAll("\n", "\\n"))
]

const drops: ReadonlyArray<Transform> = (
  [
    ["byte-order-mark", "the byte-order mark at the start", /^\ufeff/],
    ["byte-order-mark", "byte-order marks", /\ufeff/g],
    ["soft-hyphens", "soft hyphens", /\u00ad/g],
    ["zwj", "zero-width joiners", /\u200d/g],
    ["variation-selectors", "variation selectors 1 to 16", /[\ufe00-\ufe0f]/g],
    ["variation-selectors", "variation selector 16", /\ufe0f/g],
    ["variation-selectors", "variation selectors 17 to 256", /[\u{e0100}-\u{e01ef}]/gu],
    ["variation-selectors", "variation selectors", /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu],
    ["tags", "tag characters", /[\u{e0000}-\u{e007f}]/gu],
    ["plane-14", "plane 14", /[\u{e0000}-\u{effff}]/gu],
    ["bidi", "bidirectional controls", /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g],
    ["bidi", "bidirectional embeddings and overrides", /[\u202a-\u202e]/g],
    ["bidi", "bidirectional embeddings and isolates", /[\u202a-\u202e\u2066-\u2069]/g],
    ["bidi", "bidirectional marks", /[\u200e\u200f]/g],
    ["zero-width", "zero-width spaces", /\u200b/g],
    ["zero-width", "zero-width characters", /[\u200b-\u200d]/g],
    ["zero-width", "zero-width characters", /[\u200b-\u200d\ufeff]/g],
    ["zero-width", "zero-width characters", /[\u200b-\u200d\u2060\ufeff]/g],
    ["zero-width", "zero-width characters and marks", /[\u200b-\u200f\u2060\ufeff]/g],
    ["zero-width", "zero-width and bidirectional characters", /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g],
    ["controls", "C0 controls other than white space", /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g],
    ["controls", "C0 controls other than white space, and DEL", /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g],
    ["controls", "C0 controls other than \\t, \\n, \\v, \\f, \\r", /[\u0000-\u0008\u000e-\u001f]/g],
    ["controls", "C0 controls", /[\u0000-\u001f]/g],
    ["controls", "C0 controls and DEL", /[\u0000-\u001f\u007f]/g],
    ["controls", "C1 controls", /[\u0080-\u009f]/g],
    ["controls", "controls other than white space", /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g],
    ["controls", "all controls", /\p{Cc}/gu],
    ["controls", "DEL", /\u007f/g],
    ["controls", "DEL and C1 controls", /[\u007f-\u009f]/g],
    ["controls", "terminal escape sequences", /\u001b\[[0-9;]*[A-Za-z]/g],
    ["nul", "NUL", /\u0000/g],
    ["non-characters", "non-characters", /\p{Noncharacter_Code_Point}/gu],
    ["non-characters", "U+FFFE and U+FFFF", /[\ufffe\uffff]/g],
    ["non-characters", "characters that XML forbids", /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu],
    ["private-use", "private-use characters", /\p{Co}/gu],
    ["private-use", "private-use characters of the basic plane", /[\ue000-\uf8ff]/g],
    ["replacement-characters", "replacement characters", /\ufffd/g],
    ["surrogates", "lone surrogates", /\p{Cs}/gu],
    ["skin-tones", "skin tones", /[\u{1f3fb}-\u{1f3ff}]/gu],
    ["format", "format characters", /\p{Cf}/gu],
    ["default-ignorable", "default-ignorable characters", /\p{Default_Ignorable_Code_Point}/gu],
    ["other", "all characters of category C", /\p{C}/gu],
    ["emoji", "emoji", /\p{Emoji_Presentation}/gu],
    ["emoji", "emoji", /\p{Extended_Pictographic}/gu],
    [
      "emoji",
      "emoji sequences",
      /\p{Extended_Pictographic}|\p{Emoji_Presentation}|\p{Emoji_Modifier}|[\u{1f1e6}-\u{1f1ff}]|\u200d|\ufe0f|\u20e3/gu
    ],
    ["astral", "characters beyond the basic plane", /[\u{10000}-\u{10ffff}]/gu],
    ["combining-marks", "combining diacritical marks", /[\u0300-\u036f]/g],
    ["combining-marks", "non-spacing marks", /\p{Mn}/gu],
    ["combining-marks", "combining marks", /\p{M}/gu],
    ["non-ascii", "everything outside ASCII", /[^\u0000-\u007f]/g],
    ["non-ascii", "everything but printable ASCII", /[^\u0020-\u007e]/g],
    ["non-latin-1", "everything outside Latin-1", /[^\u0000-\u00ff]/g],
    ["symbols", "symbols", /\p{S}/gu],
    ["punctuation", "punctuation", /\p{P}/gu],
    ["punctuation", "everything but letters, digits and white space", /[^\p{L}\p{N}\s]/gu],
    ["punctuation", "everything but word characters and white space", /[^\w\s]/g],
    ["quotes", "double quotes", /"/g],
    ["quotes", "single quotes", /'/g],
    ["quotes", "quotes", /['"]/g],
    ["quotes", "quotes at the ends", /^["']|["']$/g],
    ["backslashes", "backslashes", /\\/g],
    ["digits", "digits", /\d/g],
    ["links", "links", /https?:\/\/\S+/gi],
    ["links", "links", /(?:https?:\/\/|www\.)\S+/gi],
    ["mentions", "mentions", /@\w+/g],
    ["mentions", "the sign before mentions", /@(?=\w)/g],
    ["hashtags", "hashtags", /#\w+/g],
    ["hashtags", "the sign before hashtags", /#(?=\w)/g],
    ["addresses", "e-mail addresses", /[\w.+-]+@[\w.-]+\.\w+/g],
    ["command-sign", "the sign before a command", /^[/!.]/],
    ["signs", "dollar signs", /\$/g],
    ["signs", "percent signs", /%/g],
    ["signs", "ampersands", /&/g],
    ["signs", "braces", /[{}]/g],
    ["templates", "templates", /\{\{.*?\}\}/g],
    ["templates", "templates", /\$\{.*?\}|\{\{.*?\}\}/g],
    ["path-segments", "../", /\.\.\//g],
    ["trailing-stops", "full stops at the end", /\.+$/]
  ] as const
).map(([id, title, pattern]) => transform(`dropped-${id}`, `dropped ${title}`, swap(pattern, "")))

const unmarked = (content: string): string => content.normalize("NFD").replace(/\p{Mn}/gu, "")

const perUnit = (pattern: RegExp, replacement: string) => (content: string) =>
  content.replace(pattern, (found) => replacement.repeat(found.length))

const substitutes: ReadonlyArray<Transform> = (
  [
    ["?", "question-marks", "question marks"],
    ["\ufffd", "replacement-characters", "U+FFFD"]
  ] as const
).flatMap(([sign, id, name]) => [
  // Kinds that servers treat apart come before what they are part of.
  transform(id, `lone surrogates replaced by ${name}`, swap(/\p{Cs}/gu, sign)),
  transform(id, `non-characters replaced by ${name}`, swap(/\p{Noncharacter_Code_Point}/gu, sign)),
  transform(id, `private-use characters replaced by ${name}`, swap(/\p{Co}/gu, sign)),
  transform(id, `non-ASCII replaced by ${name}`, swap(/[^\u0000-\u007f]/gu, sign)),
  transform(id, `non-ASCII replaced by ${name}, one per UTF-16 unit`, swap(/[^\u0000-\u007f]/g, sign)),
  transform(id, `characters outside Latin-1 replaced by ${name}`, swap(/[^\u0000-\u00ff]/gu, sign)),
  transform(id, `characters outside Latin-1 replaced by ${name}, one per UTF-16 unit`, swap(/[^\u0000-\u00ff]/g, sign)),
  transform(id, `characters beyond the basic plane replaced by ${name}`, swap(/[\u{10000}-\u{10ffff}]/gu, sign)),
  transform(
    id,
    `characters beyond the basic plane replaced by ${name}, one per UTF-16 unit`,
    perUnit(/[\u{10000}-\u{10ffff}]/gu, sign)
  ),
  transform(
    id,
    `characters beyond the basic plane replaced by ${name}, one per byte`,
    perUnit(/[\u{10000}-\u{10ffff}]/gu, sign.repeat(2))
  ),
  transform(id, `controls replaced by ${name}`, swap(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, sign)),
  transform(id, `controls replaced by ${name}`, swap(/\p{Cc}/gu, sign)),
  transform(id, `C0 controls replaced by ${name}`, swap(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, sign)),
  transform(id, `NUL replaced by ${name}`, swap(/\u0000/g, sign))
])

const encodings: ReadonlyArray<Transform> = [
  transform("mojibake", "UTF-8 read as Latin-1", asLatin1),
  transform("mojibake", "UTF-8 read as Windows-1252", asWindows1252),
  transform("mojibake", "UTF-8 read as Latin-1 twice", (content) => asLatin1(asLatin1(content))),
  transform("mojibake", "UTF-8 read as Windows-1252 twice", (content) => asWindows1252(asWindows1252(content))),
  transform("mojibake", "Latin-1 read as UTF-8", fromLatin1),
  transform("mojibake", "UTF-8 read as ASCII with the high bit cut off", (content) => {
    return chunked(encoder.encode(content).map((byte) => byte & 0x7f))
  }),
  transform("unaccented", "accents removed", (content) => unmarked(content).normalize("NFC")),
  transform("unaccented", "accents removed", unmarked),
  transform("code-units-cut", "code points cut to 16 bits", (content) => {
    return Array.from(content, (character) => String.fromCharCode((character.codePointAt(0) ?? 0) & 0xffff)).join("")
  }),
  transform("code-units-cut", "code points cut to 8 bits", (content) => {
    return Array.from(content, (character) => String.fromCharCode((character.codePointAt(0) ?? 0) & 0xff)).join("")
  })
]

const decodePercent = attempt(decodeURIComponent)

const decodeAscii = (content: string): string =>
  content.replace(/(?:%[0-9a-f]{2})+/gi, (run) => attempt(decodeURIComponent)(run))

const encodePercent = attempt(encodeURIComponent)

const percents: ReadonlyArray<Transform> = [
  transform("plus-decoded", "plus signs turned into spaces", swap(/\+/g, " ")),
  transform("percent-decoded", "percent-decoded", decodePercent),
  transform("percent-decoded", "percent-decoded", decodeAscii),
  transform("percent-decoded", "percent-decoded, plus signs turned into spaces", (content) => {
    return decodeAscii(content.replaceAll("+", " "))
  }),
  transform("percent-encoded", "percent-encoded", encodePercent),
  transform("percent-encoded", "percent-encoded", attempt(encodeURI)),
  transform("percent-encoded", "percent-encoded, spaces turned into plus signs", (content) => {
    return encodePercent(content).replaceAll("%20", "+")
  }),
  transform("percent-encoded", "spaces turned into %20", swap(/ /g, "%20")),
  transform("percent-encoded", "spaces turned into plus signs", swap(/ /g, "+")),
  transform("percent-formatted", "%% turned into %", swap(/%%/g, "%")),
  transform("percent-formatted", "% turned into %%", swap(/%/g, "%%"))
]

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", "0": "\0" }

const unescapeBackslash = (content: string): string =>
  content.replace(
    /\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gis,
    (_, unicode?: string, hex?: string, letter?: string) => {
      const digits = unicode ?? hex
      if (digits !== undefined) return String.fromCharCode(Number.parseInt(digits, 16))
      return escapes[letter ?? ""] ?? letter ?? ""
    }
  )

const quoted = (content: string): string => JSON.stringify(content)

const nonAsciiUnits = (content: string): string =>
  content.replace(/[^\u0000-\u007f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

const unquote = attempt((content) => {
  const value: unknown = JSON.parse(content)
  return typeof value === "string" ? value : content
})

const escaping: ReadonlyArray<Transform> = [
  transform("backslash-unescaped", "backslash escapes interpreted", unescapeBackslash),
  transform("backslash-unescaped", "\\u escapes interpreted", (content) => {
    return content.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  }),
  transform("backslash-unescaped", "\\n interpreted", swap(/\\n/g, "\n")),
  transform("backslash-unescaped", "\\n, \\t and \\r interpreted", (content) => {
    return content.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("\\r", "\r")
  }),
  transform("backslash-unescaped", "doubled backslashes halved", swap(/\\\\/g, "\\")),
  transform("backslash-unescaped", "backslashes before other characters removed", (c) => c.replace(/\\(.)/gs, "$1")),
  transform("backslash-escaped", "escaped as in a JSON string", (content) => quoted(content).slice(1, -1)),
  transform("backslash-escaped", "backslashes doubled", (content) => content.replaceAll("\\", "\\\\")),
  transform("backslash-escaped", "quotes and backslashes escaped", (content) => content.replace(/['"\\]/g, "\\$&")),
  transform("backslash-escaped", "double quotes escaped", (content) => content.replaceAll('"', '\\"')),
  transform("backslash-escaped", "single quotes escaped", (content) => content.replaceAll("'", "\\'")),
  transform("backslash-escaped", "non-ASCII spelled as \\u escapes", nonAsciiUnits),
  transform("backslash-escaped", "slashes escaped", (content) => content.replaceAll("/", "\\/")),
  transform("backslash-escaped", "Markdown characters escaped", (c) => c.replace(/[\\*_~`#[\]()>|]/g, "\\$&")),
  transform("slashes-turned", "backslashes turned into slashes", (content) => content.replaceAll("\\", "/")),
  transform("quotes-doubled", "single quotes doubled", (content) => content.replaceAll("'", "''")),
  transform("quotes-doubled", "double quotes doubled", (content) => content.replaceAll('"', '""')),
  transform("json-quoted", "quoted as a JSON string", quoted),
  transform("json-quoted", "quoted as a JSON string twice", (content) => quoted(quoted(content))),
  transform("json-quoted", "quoted", (content) => `"${content}"`),
  transform("json-unquoted", "parsed as a JSON string", unquote),
  transform(
    "json-parsed",
    "parsed as JSON and written again",
    attempt((c) => JSON.stringify(JSON.parse(c)))
  ),
  transform(
    "json-parsed",
    "parsed as JSON and turned into a string",
    attempt((c) => String(JSON.parse(c)))
  ),
  transform("formula-guarded", "an apostrophe put before a formula", (c) => (/^[=+\-@]/.test(c) ? `'${c}` : c))
]

const asNumber = (content: string): string =>
  content.trim() === "" || Number.isNaN(Number(content)) ? content : String(Number(content))

const parsedPrefix = (parse: (content: string) => number) => (content: string) => {
  const value = parse(content)
  return Number.isNaN(value) ? content : String(value)
}

const dated = attempt((content) => (/\d{4}-\d\d/.test(content) ? new Date(content).toISOString() : content))

const digitOf = (digit: string): string => {
  const code = digit.codePointAt(0) ?? 0
  let zero = code
  while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--
  // Mathematical digits follow one another without a gap between their sets.
  return String((code >= 0x1d7ce && code <= 0x1d7ff ? code - 0x1d7ce : code - zero) % 10)
}

const straight: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "‚": "'",
  "‛": "'",
  "´": "'",
  "`": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "‟": '"',
  "«": '"',
  "»": '"'
}

const straighten = (pattern: RegExp) => (content: string) => content.replace(pattern, (sign) => straight[sign] ?? sign)

const asciiSigns: ReadonlyArray<readonly [typed: string, set: string]> = [
  ["...", "…"],
  ["---", "—"],
  ["--", "–"],
  ["--", "—"],
  ["-", "–"],
  ["-", "—"],
  ["(c)", "©"],
  ["(C)", "©"],
  ["(r)", "®"],
  ["(tm)", "™"],
  ["1/2", "½"],
  ["1/4", "¼"],
  ["3/4", "¾"],
  ["->", "→"],
  ["<-", "←"],
  ["=>", "⇒"],
  ["!=", "≠"],
  [">=", "≥"],
  ["<=", "≤"],
  ["+-", "±"],
  ["<<", "«"],
  [">>", "»"]
]

const setAll = (dash: string) => (content: string) =>
  asciiSigns
    .filter(([typed, sign]) => typed !== "-" && (typed !== "--" || sign === dash))
    .reduce((out, [typed, sign]) => out.replaceAll(typed, sign), content)

const faces: ReadonlyArray<readonly [typed: string, sign: string]> = [
  [":)", "🙂"],
  [":-)", "🙂"],
  [":)", "😊"],
  [":-)", "😊"],
  [":)", "😀"],
  [":(", "🙁"],
  [":(", "☹️"],
  [":(", "😞"],
  [";)", "😉"],
  [";-)", "😉"],
  [":D", "😃"],
  [":D", "😄"],
  [":P", "😛"],
  ["<3", "❤️"],
  ["<3", "❤"],
  ["<3", "♥"],
  [":smile:", "😄"],
  [":smile:", "😊"],
  [":smile:", "🙂"],
  [":+1:", "👍"],
  [":thumbsup:", "👍"],
  [":heart:", "❤️"],
  [":heart:", "❤"]
]

const signs: ReadonlyArray<Transform> = [
  transform("quotes-straightened", "typographic quotes turned into straight ones", straighten(/[‘’“”]/g)),
  transform("quotes-straightened", "typographic quotes turned into straight ones", straighten(/[‘’‚‛“”„‟«»]/g)),
  transform("quotes-straightened", "typographic quotes turned into straight ones", straighten(/[‘’‚‛´`“”„‟«»]/g)),
  transform("typography", "typed signs turned into typographic ones", setAll("–")),
  transform("typography", "typed signs turned into typographic ones", setAll("—")),
  ...asciiSigns.map(([typed, sign]) =>
    transform("typography", `${typed} turned into ${sign}`, (c) => c.replaceAll(typed, sign))
  ),
  ...asciiSigns.map(([typed, sign]) =>
    transform("typography", `${sign} turned into ${typed}`, (c) => c.replaceAll(sign, typed))
  ),
  transform("typography", "long dashes turned into hyphens", swap(/[‐‑‒–—―]/g, "-")),
  transform("typography", "exclamation and question marks collapsed", (content) => content.replace(/([!?])\1+/g, "$1")),
  transform("typography", "repeated full stops collapsed", swap(/\.{2,}/g, ".")),
  transform("repetition-collapsed", "repeated characters collapsed", (content) => content.replace(/(.)\1+/gsu, "$1")),
  transform("repetition-collapsed", "characters repeated three times or more collapsed", (content) => {
    return content.replace(/(.)\1{2,}/gsu, "$1$1")
  }),
  transform("repetition-collapsed", "repeated words collapsed", (c) => c.replace(/\b(\w+)(\s+\1\b)+/g, "$1")),
  ...faces.map(([typed, sign]) =>
    transform("emoticons", `${typed} turned into ${sign}`, (c) => c.replaceAll(typed, sign))
  )
]

const values: ReadonlyArray<Transform> = [
  transform("number-normalised", "read as a number and written again", asNumber),
  transform(
    "number-normalised",
    "read as an integer and written again",
    parsedPrefix((c) => Number.parseInt(c, 10))
  ),
  transform("number-normalised", "read as a number and written again", parsedPrefix(Number.parseFloat)),
  transform("date-normalised", "read as a date and written again", dated),
  transform("digits-converted", "digits of other scripts turned into ASCII", (c) => c.replace(/\p{Nd}/gu, digitOf)),
  transform("width-converted", "full-width forms turned into ASCII", (content) => {
    return content.replace(/[\uff01-\uff5e]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) - 0xfee0))
  }),
  transform("width-converted", "full-width forms and spaces turned into ASCII", (content) => {
    return content
      .replaceAll("\u3000", " ")
      .replace(/[\uff01-\uff5e]/g, (unit) => String.fromCharCode(unit.charCodeAt(0) - 0xfee0))
  })
]

const orders: ReadonlyArray<Transform> = [
  transform("duplicated", "written twice", (content) => content + content),
  transform("duplicated", "written twice with a space between", (content) => `${content} ${content}`),
  transform("duplicated", "written twice on two lines", (content) => `${content}\n${content}`),
  transform("reversed", "reversed", (content) => Array.from(content).reverse().join("")),
  transform("reversed", "reversed by UTF-16 unit", (content) => content.split("").reverse().join("")),
  transform("reversed", "words reversed", (content) => content.split(" ").reverse().join(" ")),
  transform("byte-swapped", "the bytes of each UTF-16 unit swapped", (content) => {
    return content
      .split("")
      .map((unit) => String.fromCharCode(((unit.charCodeAt(0) & 0xff) << 8) | (unit.charCodeAt(0) >> 8)))
      .join("")
  })
]

/** Everything known, the likeliest first: the first one that fits gives its name to the diagnosis. */
export const transforms: ReadonlyArray<Transform> = [
  ...trims,
  ...spacesReplaced,
  ...normalisations,
  ...lines,
  ...values,
  ...html,
  ...percents,
  ...escaping,
  ...drops,
  ...whites,
  ...casings,
  ...encodings,
  ...substitutes,
  ...signs,
  ...orders
]

/** The steps that a second one may follow: servers rarely chain the others. */
export const firstSteps: ReadonlyArray<Transform> = [
  ...trims,
  ...normalisations,
  ...lines,
  ...spacesReplaced,
  ...whites,
  ...casings,
  ...html,
  ...percents,
  ...escaping,
  ...drops
]

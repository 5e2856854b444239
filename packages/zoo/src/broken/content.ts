/**
 * Servers that change the content, or that do not take every content.
 *
 * @since 0.1.0
 */
import type { Specimen } from "../Specimen.js"
import {
  after,
  both,
  echo,
  every,
  has,
  inSecondThread,
  isReply,
  longer,
  longerBytes,
  longerPoints,
  not,
  type Row,
  rarely,
  refuse,
  spoilText,
  table
} from "./Fault.js"

const cutUnits = (n: number) => echo((c) => c.slice(0, n))
const cutPoints = (n: number) => echo((c) => (c.length > n ? Array.from(c).slice(0, n).join("") : c))
const cutBytes = (n: number) => echo((c) => new TextDecoder().decode(Buffer.from(c).subarray(0, n), { stream: true }))
const swap = (pattern: RegExp, by: string) => echo((c) => c.replace(pattern, () => by))
const map = (pattern: RegExp, f: (found: string) => string) => echo((c) => c.replace(pattern, (found) => f(found)))
const whole = (pattern: RegExp, f: (content: string) => string) => echo(f, has(pattern))
const safe = (f: (content: string) => string) => (content: string) => {
  try {
    return f(content)
  } catch {
    return content
  }
}
const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: "\u00a0" }
const unescapes: Record<string, string> = { "\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\" }
const astral = /[\u{10000}-\u{10ffff}]/u

const edges: ReadonlyArray<Row> = [
  ["trims-both", "Trims white space at both ends", echo((c) => c.trim() || c)],
  ["trims-left", "Trims white space at the start", echo((c) => c.trimStart() || c)],
  ["trims-right", "Trims white space at the end", echo((c) => c.trimEnd() || c)],
  ["trims-final-newline", "Drops one final line feed", swap(/\n$/, "")],
  ["trims-spaces-only", "Trims plain spaces at the ends, and nothing else", swap(/^ +(?=[^ ])|(?<=[^ ]) +$/g, "")],
  ["trims-tabs", "Drops tabs at the end", swap(/\t+$/, "")],
  ["trims-no-break-space", "Trims no-break spaces at the ends", swap(/^\u00a0+|\u00a0+$/g, "")],
  ["trims-ideographic-space", "Trims the ideographic space at the ends", swap(/^\u3000+|\u3000+$/g, "")],
  ["strips-leading-bom", "Takes U+FEFF at the start for a byte-order mark and drops it", swap(/^\ufeff/, "")],
  ["strips-inner-bom", "Drops U+FEFF anywhere", swap(/\ufeff/g, "")],
  ["strips-final-dot", "Drops a full stop at the end", swap(/\.$/, "")],
  ["strips-final-backslash", "Drops a backslash at the end", swap(/\\$/, "")],
  ["strips-quotes", "Drops quotes around the whole content", swap(/^"(?=.*"$)|(?<=^".*)"$/gs, "")],
  ["strips-leading-zeros", "Drops leading zeros of digits", swap(/^0+(?=\d+$)/, "")],
  ["strips-leading-plus", "Drops a leading plus sign before digits", swap(/^\+(?=\d)/, "")],
  ["strips-leading-equals", "Drops a leading equals sign", swap(/^=/, "")],
  [
    "quotes-leading-formula",
    "Puts an apostrophe before content that starts like a formula",
    map(/^[=+@-]/, (s) => `'${s}`)
  ],
  ["appends-space", "Appends a space to content that ends in a URL", map(/https?:\/\/\S+$/, (s) => `${s} `)],
  ["appends-newline", "Appends a line feed to content of several lines", echo((c) => `${c}\n`, has(/\n[^\n]+$/))],
  ["drops-first-character-at", "Drops a leading @", swap(/^@/, "")],
  ["drops-leading-slash", "Takes a leading slash for a command and drops it", swap(/^\//, "")],
  ["drops-leading-hash", "Takes a leading # for a heading and drops it", swap(/^#+ ?(?=.)/, "")]
]

const spaces: ReadonlyArray<Row> = [
  ["collapses-spaces", "Collapses runs of spaces into one", swap(/ {2,}/g, " ")],
  ["collapses-white-space", "Collapses any run of white space into one space", swap(/\s{2,}/g, " ")],
  ["collapses-newlines", "Collapses three or more line feeds into two", swap(/\n{3,}/g, "\n\n")],
  ["crlf-to-lf", "Turns CRLF into LF", swap(/\r\n/g, "\n")],
  ["lf-to-crlf", "Turns LF into CRLF", swap(/(?<!\r)\n/g, "\r\n")],
  ["cr-to-lf", "Turns a lone CR into LF", swap(/\r(?!\n)/g, "\n")],
  ["newline-to-space", "Turns a line feed into a space", swap(/\n/g, " ")],
  ["newline-to-br", "Turns a line feed into <br>", swap(/\n/g, "<br>")],
  ["tab-to-spaces", "Expands tabs", swap(/\t/g, "    ")],
  ["no-break-space-to-space", "Turns no-break spaces into spaces", swap(/\u00a0/g, " ")],
  ["thin-spaces-to-space", "Turns the typographic spaces into plain ones", swap(/[\u2000-\u200a\u202f\u205f]/g, " ")],
  ["line-separator-to-newline", "Turns U+2028 and U+2029 into line feeds", swap(/[\u2028\u2029]/g, "\n")],
  ["next-line-to-newline", "Turns U+0085 into a line feed", swap(/\u0085/g, "\n")],
  ["drops-vertical-tab", "Drops vertical tabs and form feeds", swap(/[\v\f]/g, "")]
]

const unicode: ReadonlyArray<Row> = [
  ["nfc", "Normalises to NFC", echo((c) => c.normalize("NFC"))],
  ["nfd", "Normalises to NFD", echo((c) => c.normalize("NFD"))],
  ["nfkc", "Normalises to NFKC", echo((c) => c.normalize("NFKC"))],
  [
    "nfkd-compatibility-only",
    "Replaces compatibility characters such as ligatures",
    map(/[\ufb00-\ufb06]/g, (s) => s.normalize("NFKD"))
  ],
  [
    "nfc-hangul-only",
    "Composes Hangul jamo",
    map(/[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?/g, (s) => s.normalize("NFC"))
  ],
  [
    "nfc-singletons-only",
    "Replaces the ohm, kelvin and angstrom signs by letters",
    map(/[\u2126\u212a\u212b]/g, (s) => s.normalize("NFC"))
  ],
  ["lower-case", "Turns everything to lower case", echo((c) => c.toLowerCase())],
  ["upper-case-first", "Turns the first letter to upper case", map(/^[a-z]/, (s) => s.toUpperCase())],
  ["case-folds-sharp-s", "Turns sharp s into ss", swap(/\u00df/g, "ss")],
  [
    "turkish-i",
    "Turns the Turkish dotted and dotless i into ASCII",
    map(/[\u0130\u0131]/g, (s) => (s === "\u0130" ? "I" : "i"))
  ],
  [
    "arabic-digits-to-ascii",
    "Turns Arabic-Indic digits into ASCII",
    map(/[\u0660-\u0669]/g, (s) => String(s.charCodeAt(0) - 0x660))
  ],
  [
    "devanagari-digits-to-ascii",
    "Turns Devanagari digits into ASCII",
    map(/[\u0966-\u096f]/g, (s) => String(s.charCodeAt(0) - 0x966))
  ],
  [
    "full-width-to-ascii",
    "Turns full-width forms into ASCII",
    map(/[\uff01-\uff5e]/g, (s) => String.fromCharCode(s.charCodeAt(0) - 0xfee0))
  ],
  [
    "transliterates-accents",
    "Drops accents of Latin letters",
    map(/[\u00c0-\u017f]/g, (s) => s.normalize("NFD").replace(/\p{M}/gu, ""))
  ],
  ["mojibake", "Reads UTF-8 as Latin-1", echo((c) => Buffer.from(c).toString("latin1"))],
  [
    "mojibake-euro-only",
    "Reads characters of three bytes as Latin-1",
    map(/[\u0800-\uffff]/g, (s) => Buffer.from(s).toString("latin1"))
  ],
  ["latin1-store", "Replaces what Latin-1 lacks by a question mark", swap(/[^\u0000-\u00ff]/g, "?")],
  [
    "astral-to-replacement",
    "Replaces characters beyond the basic plane by U+FFFD",
    swap(/[\u{10000}-\u{10ffff}]/gu, "\ufffd")
  ],
  ["astral-to-two-replacements", "Replaces both surrogates of an astral character", swap(/[\ud800-\udfff]/g, "\ufffd")],
  [
    "astral-dropped",
    "Drops characters beyond the basic plane, as three-byte UTF-8 columns do",
    swap(/[\u{10000}-\u{10ffff}]/gu, "")
  ],
  [
    "astral-cuts",
    "Cuts the content at the first character beyond the basic plane",
    echo((c) => c.split(astral)[0] ?? c)
  ],
  ["plane-two-dropped", "Drops the rare ideographs of plane 2", swap(/[\u{20000}-\u{2ffff}]/gu, "")],
  ["plane-fourteen-dropped", "Drops tag characters of plane 14", swap(/[\u{e0000}-\u{e007f}]/gu, "")],
  [
    "plane-sixteen-replaced",
    "Replaces private characters of planes 15 and 16",
    swap(/[\u{f0000}-\u{10ffff}]/gu, "\ufffd")
  ],
  ["private-use-dropped", "Drops private-use characters of the basic plane", swap(/[\ue000-\uf8ff]/g, "")],
  ["non-characters-dropped", "Drops non-characters", swap(/[\ufdd0-\ufdef\ufffe\uffff]/g, "")],
  [
    "astral-non-characters-replaced",
    "Replaces the non-characters at the end of a plane",
    swap(/[\u{1fffe}\u{1ffff}\u{10fffe}\u{10ffff}]/gu, "\ufffd")
  ],
  ["replacement-character-dropped", "Drops U+FFFD that was sent", swap(/\ufffd/g, "")],
  ["variation-selectors-dropped", "Drops variation selectors", swap(/[\ufe00-\ufe0f]/g, "")],
  [
    "variation-selectors-supplement-dropped",
    "Drops the supplementary variation selectors",
    swap(/[\u{e0100}-\u{e01ef}]/gu, "")
  ],
  ["joiner-dropped", "Drops the zero-width joiner", swap(/\u200d/g, "")],
  ["non-joiner-dropped", "Drops the zero-width non-joiner", swap(/\u200c/g, "")],
  ["zero-width-space-dropped", "Drops the zero-width space", swap(/\u200b/g, "")],
  ["word-joiner-dropped", "Drops the word joiner", swap(/\u2060/g, "")],
  ["soft-hyphen-dropped", "Drops the soft hyphen", swap(/\u00ad/g, "")],
  ["bidi-marks-dropped", "Drops left-to-right and right-to-left marks", swap(/[\u200e\u200f]/g, "")],
  ["bidi-overrides-dropped", "Drops bidirectional embeddings and overrides", swap(/[\u202a-\u202e]/g, "")],
  ["bidi-isolates-dropped", "Drops bidirectional isolates", swap(/[\u2066-\u2069]/g, "")],
  [
    "bidi-reordered",
    "Turns Hebrew runs round into visual order",
    map(/[\u05d0-\u05ea]{2,}/g, (s) => Array.from(s).reverse().join(""))
  ],
  ["controls-dropped", "Drops C0 controls other than tab and line ends", swap(/[\u0001-\u0008\u000e-\u001f]/g, "")],
  ["escape-sequences-dropped", "Drops ANSI escape sequences", swap(/\u001b(\[[0-9;]*m)?/g, "")],
  ["delete-dropped", "Drops U+007F", swap(/\u007f/g, "")],
  ["c1-controls-dropped", "Drops C1 controls", swap(/[\u0080-\u009f]/g, "")],
  ["c1-as-windows-1252", "Reads C1 controls as Windows-1252", swap(/\u0080/g, "\u20ac")],
  [
    "combining-marks-limited",
    "Keeps at most four combining marks on a letter",
    map(/\p{M}{5,}/gu, (s) => Array.from(s).slice(0, 4).join(""))
  ],
  ["skin-tones-dropped", "Drops skin-tone modifiers", swap(/[\u{1f3fb}-\u{1f3ff}]/gu, "")],
  [
    "flags-to-letters",
    "Turns regional indicators into letters",
    map(/[\u{1f1e6}-\u{1f1ff}]/gu, (s) => String.fromCharCode((s.codePointAt(0) ?? 0) - 0x1f1e6 + 65))
  ],
  ["keycap-dropped", "Drops the combining keycap", swap(/\u20e3/g, "")],
  [
    "emoji-presentation-added",
    "Adds the emoji presentation selector to a heart",
    swap(/\u2764(?!\ufe0f)/g, "\u2764\ufe0f")
  ],
  [
    "case-maps-dz",
    "Turns the titlecase digraphs into lower case",
    map(/[\u01c5\u01c8\u01cb\u01f2]/g, (s) => s.toLowerCase())
  ],
  ["final-sigma", "Turns the final sigma into a plain one", swap(/\u03c2/g, "\u03c3")]
]

const markup: ReadonlyArray<Row> = [
  ["html-escapes", "Escapes HTML", map(/[&<>]/g, (s) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[s] ?? s)],
  ["html-escapes-ampersand", "Escapes ampersands only", swap(/&/g, "&amp;")],
  ["html-escapes-quotes", "Escapes double quotes as &quot;", swap(/"/g, "&quot;")],
  ["html-escapes-apostrophe", "Escapes apostrophes as &#39;", swap(/'/g, "&#39;")],
  [
    "html-unescapes",
    "Unescapes HTML entities",
    map(/&(amp|lt|gt|quot|#39|nbsp);/g, (s) => entities[s.slice(1, -1)] ?? s)
  ],
  [
    "html-unescapes-numeric",
    "Unescapes numeric character references",
    map(/&#\d{2,5};/g, (s) => String.fromCodePoint(Number(s.slice(2, -1))))
  ],
  ["strips-tags", "Strips HTML tags", swap(/<\/?[a-z][^>]*>/gi, "")],
  ["strips-script", "Strips script elements", swap(/<script[\s\S]*?(<\/script>|$)/gi, "")],
  ["strips-html-comments", "Strips HTML comments", swap(/<!--[\s\S]*?-->/g, "")],
  ["strips-null-like-angle", "Cuts the content at the first <", echo((c) => c.split("<")[0] || c)],
  ["markdown-bold", "Strips Markdown emphasis", swap(/\*\*|__/g, "")],
  ["markdown-links", "Strips Markdown links", map(/\[[^\]]+\]\([^)]+\)/g, (s) => s.slice(1, s.indexOf("]")))],
  ["markdown-code", "Strips backticks", swap(/`/g, "")],
  ["markdown-list", "Turns a leading hyphen into a bullet", swap(/^- /gm, "\u2022 ")],
  [
    "smart-quotes",
    "Turns straight double quotes into curly ones",
    map(/"[^"]*"/g, (s) => `\u201c${s.slice(1, -1)}\u201d`)
  ],
  [
    "smart-apostrophe",
    "Turns an apostrophe between letters into a curly one",
    swap(/(?<=[a-z])'(?=[a-z])/gi, "\u2019")
  ],
  [
    "dumb-quotes",
    "Turns curly quotes into straight ones",
    map(/[\u2018\u2019\u201c\u201d]/g, (s) => (s < "\u201a" ? "'" : '"'))
  ],
  ["smart-dash", "Turns two hyphens into a dash", swap(/--/g, "\u2014")],
  ["ellipsis", "Turns three full stops into an ellipsis", swap(/\.\.\./g, "\u2026")],
  ["emoticon-to-emoji", "Turns :) into an emoji", swap(/:-?\)/g, "\u{1f642}")],
  ["shortcode-to-emoji", "Turns :smile: into an emoji", map(/:[a-z_]{3,}:/g, () => "\u{1f604}")],
  ["emoji-to-shortcode", "Turns emoji into short codes", map(/[\u{1f600}-\u{1f64f}]/gu, () => ":smile:")],
  ["copyright-sign", "Turns (c) into a copyright sign", swap(/\(c\)/gi, "\u00a9")],
  ["urls-shortened", "Shortens URLs", swap(/https?:\/\/\S{6,}/g, "https://t.co/a1B2c3")],
  ["urls-linked", "Wraps URLs into anchors", map(/https?:\/\/[^\s<"]+/g, (s) => `<a href="${s}">${s}</a>`)],
  ["url-query-cut", "Cuts tracking parameters of URLs", swap(/\?utm_[^\s]*/g, "")],
  ["mentions-linked", "Wraps mentions", map(/@\w{2,}/g, (s) => `<${s}>`)],
  ["hashtags-lower-cased", "Turns hashtags to lower case", map(/#\w+/g, (s) => s.toLowerCase())],
  [
    "censors",
    "Censors words that it takes for profanity",
    map(/\b(damn|hell|shit|fuck|crap)\b/gi, (s) => "*".repeat(s.length))
  ],
  ["masks-card-numbers", "Masks runs of sixteen digits", swap(/\b\d{16}\b/g, "****************")],
  ["masks-emails", "Masks e-mail addresses", swap(/[\w.]+@[\w.]+\.\w+/g, "[email]")]
]

const syntax: ReadonlyArray<Row> = [
  ["percent-decoded", "Percent-decodes the content", echo(safe(decodeURIComponent))],
  ["percent-encoded-space-decoded", "Decodes %20", swap(/%20/g, " ")],
  ["percent-doubled", "Doubles percent signs", swap(/%/g, "%%")],
  ["percent-halved", "Turns %% into %", swap(/%%/g, "%")],
  ["plus-as-space", "Reads a plus sign as a space", swap(/\+/g, " ")],
  ["backslash-unescaped", "Reads backslash escapes a second time", map(/\\[nt"\\]/g, (s) => unescapes[s] ?? s)],
  [
    "backslash-unicode-unescaped",
    "Reads a literal \\u0041 as a letter",
    map(/\\u[0-9a-fA-F]{4}/g, (s) => String.fromCharCode(Number.parseInt(s.slice(2), 16)))
  ],
  ["backslash-dropped", "Drops backslashes", swap(/\\/g, "")],
  ["backslash-doubled", "Doubles backslashes", swap(/\\/g, "\\\\")],
  ["quotes-doubled", "Doubles apostrophes, as a careless SQL escape does", swap(/'/g, "''")],
  ["quotes-backslashed", "Puts a backslash before apostrophes", swap(/'/g, "\\'")],
  ["sql-comment-cut", "Cuts the content at a SQL comment", echo((c) => c.split("--")[0] || c)],
  ["semicolon-cut", "Cuts the content at a semicolon", echo((c) => c.split(";")[0] || c)],
  ["template-evaluated", "Evaluates {{ }} templates", swap(/\{\{[^}]*\}\}/g, "")],
  ["template-arithmetic", "Evaluates {{7*7}}", swap(/\{\{ *7 *\* *7 *\}\}/g, "49")],
  ["template-dollar", "Fills in placeholders of a dollar sign and braces", swap(/\$\{[^}]*\}/g, "")],
  [
    "replacement-patterns",
    "Uses the content as a replacement string, so that $& and $$ change",
    echo((c) => "%".replace("%", c))
  ],
  ["printf-codes", "Uses the content as a format string", map(/%[sdifo%]/g, (s) => (s === "%%" ? "%" : "undefined"))],
  ["brace-placeholders", "Fills in {0} and {name} placeholders", swap(/\{(\d+|name)\}/g, "")],
  ["environment-expanded", "Expands $HOME", swap(/\$[A-Z]{2,}/g, "")],
  ["path-normalised", "Normalises ../ out of the content", swap(/\.\.\//g, "")],
  [
    "nul-cut",
    "Takes NUL and cuts the content there",
    { unprintable: true, ...echo((c) => (c.startsWith("\0") ? c : (c.split("\0")[0] ?? c))) },
    ["accept.content.nul"]
  ],
  ["nul-dropped", "Takes NUL and drops it", { unprintable: true, ...swap(/\0/g, "") }, ["accept.content.nul"]],
  ["nul-text-cut", "Cuts the content at a literal \\0 or %00", echo((c) => c.split(/\\0|%00/)[0] || c)],
  [
    "number-reformatted",
    "Reads number-like content as a number",
    whole(/^-?\d+\.\d+$|^0\d+$/, (c) => String(Number(c)))
  ],
  ["exponent-expanded", "Reads 1e3 as a number", whole(/^\d+e\d+$/i, (c) => String(Number(c)))],
  ["hex-number-read", "Reads 0x1F as a number", whole(/^0x[0-9a-f]+$/i, (c) => String(Number(c)))],
  ["big-number-rounded", "Rounds integers beyond 2^53", whole(/^\d{17,}$/, (c) => String(Number(c)))],
  ["minus-zero", "Turns -0 into 0", whole(/^-0$/, () => "0")],
  ["boolean-words", "Turns True and FALSE into lower case", whole(/^(true|false)$/i, (c) => c.toLowerCase())],
  [
    "null-word-emptied",
    "Turns the word null into an empty string",
    whole(/^(null|NULL|None|nil|undefined)$/, () => "")
  ],
  ["nan-word-emptied", "Turns the word NaN into null", whole(/^NaN$/, () => "null")],
  [
    "date-reformatted",
    "Reads an ISO date and writes it in full",
    whole(/^\d{4}-\d\d-\d\d$/, (c) => `${c}T00:00:00.000Z`)
  ],
  [
    "json-content-reformatted",
    "Reads content that is a JSON object and writes it again",
    echo(safe((c) => (/^\s*[[{]/.test(c) ? JSON.stringify(JSON.parse(c)) : c)))
  ],
  [
    "json-string-unquoted",
    "Reads content that is a JSON string",
    echo(safe((c) => (/^"/.test(c) ? String(JSON.parse(c)) : c)))
  ],
  [
    "query-string-read",
    "Reads content such as a=1&b=2 and keeps the first pair",
    whole(/^\w+=\w*&\w+=/, (c) => c.split("&")[0] ?? c)
  ],
  ["csv-cut", "Cuts the content at the first comma of a quoted list", whole(/^"[^"]*",/, (c) => c.split(",")[0] ?? c)],
  ["header-injection-cut", "Cuts the content at CRLF", echo((c) => c.split("\r\n")[0] || c)],
  ["case-slash-command", "Runs /me and shows the rest", swap(/^\/me /, "")],
  ["xml-decl-dropped", "Drops an XML declaration", swap(/^<\?xml[^>]*\?>/, "")]
]

const lengths: ReadonlyArray<Row> = [
  ...[140, 160, 255, 256, 280, 500, 512, 1000, 1024, 2000, 4000, 4096, 5000, 8192, 10_000].map(
    (n): Row => [`cut-${n}-units`, `Cuts the content after ${n} UTF-16 code units`, cutUnits(n)]
  ),
  ...[140, 256, 280, 1000, 4000, 9999].map(
    (n): Row => [`cut-${n}-points`, `Cuts the content after ${n} code points`, cutPoints(n)]
  ),
  ...[255, 1024, 4096, 16_384, 32_768].map(
    (n): Row => [`cut-${n}-bytes`, `Cuts the content after ${n} bytes of UTF-8`, cutBytes(n)]
  ),
  [
    "cut-at-4096-bytes",
    "Loses the last character of exactly 4,096 bytes of UTF-8",
    echo((c) => (Buffer.byteLength(c) === 4096 ? c.slice(0, -1) : c))
  ],
  [
    "content-mention-off-replies",
    "Takes a mention off the beginning of replies",
    echo((c) => c.replace(/^@\w+ (?=.)/, ""), isReply)
  ],
  [
    "cut-280-ellipsis",
    "Cuts the content after 280 code units and appends an ellipsis",
    echo((c) => (c.length > 280 ? `${c.slice(0, 279)}\u2026` : c))
  ],
  ["cut-last-long", "Drops the last character of content longer than 1,000", echo((c) => c.slice(0, -1), longer(1000))],
  ["wraps-76", "Breaks lines longer than 998 characters", map(/[^\n]{998}(?=[^\n])/g, (s) => `${s}\n`)],
  [
    "repeats-collapsed",
    "Collapses a character repeated more than fifty times",
    map(/(.)\1{50,}/gsu, (s) => s.slice(0, 50))
  ],
  [
    "duplicates-short",
    "Doubles content of one character",
    echo(
      (c) => c + c,
      (x) => x.content.length === 1
    )
  ]
]

const moments: ReadonlyArray<Row> = [
  [
    "content-previous-rarely",
    "Answers the previous content, one time in fifty",
    echo((c, x) => x.previous?.content ?? c, rarely(50))
  ],
  [
    "content-cut-every-40th",
    "Loses the last character of every fortieth message",
    echo((c) => c.slice(0, -1), every(40))
  ],
  ["content-html-escaped-in-replies", "Escapes HTML in replies only", echo((c) => c.replace(/</g, "&lt;"), isReply)],
  [
    "content-trimmed-in-second-thread",
    "Trims content in one of the threads",
    echo((c) => c.trim() || c, inSecondThread)
  ],
  [
    "content-of-target",
    "Answers a reply with the content of the message replied to, when that one is inbound",
    echo((c, x) => (x.target?.inbound === true ? x.target.content : c))
  ],
  [
    "content-lower-cased-after-reply",
    "Turns content to lower case in the message that follows a reply",
    echo(
      (c) => c.toLowerCase(),
      (x) => x.previous?.replyTo !== undefined
    )
  ],
  [
    "content-surrogate-split",
    "Splits an astral character that crosses the 128th code unit",
    echo((c) => (/[\ud800-\udbff]/.test(c[127] ?? "") ? `${c.slice(0, 127)}\ufffd\ufffd${c.slice(129)}` : c))
  ],
  [
    "content-buffer-split",
    "Breaks a character that crosses the 4,096th byte",
    echo((c) =>
      Buffer.byteLength(c) > 4096
        ? Buffer.from(c).subarray(0, 4096).toString() + Buffer.from(c).subarray(4096).toString()
        : c
    )
  ],
  [
    "content-escaped-twice",
    "Escapes backslashes and quotes twice in the answer",
    spoilText((text) => text.replace(/\\(["\\])/g, "\\\\\\$1"))
  ],
  [
    "content-emoji-bytes-swapped",
    "Swaps the surrogates of a pair when it escapes them",
    spoilText((text) =>
      text.replace(
        /[\ud800-\udbff][\udc00-\udfff]/g,
        (s) => `\\u${s.charCodeAt(1).toString(16)}\\u${s.charCodeAt(0).toString(16)}`
      )
    )
  ]
]

const refused: ReadonlyArray<Row> = [
  ["refuses-astral", "Refuses characters beyond the basic plane", refuse(has(astral))],
  ["refuses-plane-two", "Refuses the rare ideographs of plane 2", refuse(has(/[\u{20000}-\u{2ffff}]/u))],
  ["refuses-joiners", "Refuses the zero-width joiner", refuse(has(/\u200d/))],
  ["refuses-combining", "Refuses more than two combining marks in a row", refuse(has(/\p{M}{3}/u))],
  ["refuses-bidi", "Refuses right-to-left override", refuse(has(/[\u202d\u202e]/))],
  ["refuses-hebrew", "Refuses right-to-left letters", refuse(has(/[\u0590-\u06ff]/))],
  ["refuses-controls", "Refuses C0 controls other than tab and line ends", refuse(has(/[\u0001-\u0008\u000e-\u001f]/))],
  ["refuses-tab", "Refuses a tab", refuse(has(/\t/))],
  ["refuses-newline", "Refuses line feeds", refuse(has(/\n/))],
  ["refuses-escape", "Refuses U+001B", refuse(has(/\u001b/))],
  ["refuses-delete", "Refuses U+007F", refuse(has(/\u007f/))],
  ["refuses-c1", "Refuses C1 controls", refuse(has(/[\u0080-\u009f]/))],
  ["refuses-non-characters", "Refuses U+FFFE and U+FFFF", refuse(has(/[\ufffe\uffff]/))],
  ["refuses-fdd0", "Refuses the non-characters of the Arabic block", refuse(has(/[\ufdd0-\ufdef]/))],
  ["refuses-private-use", "Refuses private-use characters", refuse(has(/\p{Co}/u))],
  ["refuses-replacement-character", "Takes U+FFFD for a decoding error and refuses it", refuse(has(/\ufffd/))],
  ["refuses-bom", "Refuses U+FEFF", refuse(has(/\ufeff/))],
  ["refuses-line-separator", "Refuses U+2028", refuse(has(/\u2028/))],
  ["refuses-tags", "Refuses tag characters", refuse(has(/[\u{e0020}-\u{e007f}]/u))],
  ["refuses-script", "Refuses <script", refuse(has(/<script/i), 403)],
  ["refuses-angle", "Refuses content that holds a tag", refuse(has(/<[a-z!/]/i))],
  ["refuses-javascript-url", "Refuses javascript:", refuse(has(/javascript:/i), 403)],
  [
    "refuses-sql",
    "Refuses what looks like SQL injection",
    refuse(has(/('|\d)\s*or\s+.*=|union\s+select|drop\s+table/i), 403)
  ],
  ["refuses-sql-comment", "Refuses two hyphens after an apostrophe", refuse(has(/'.*--/), 403)],
  ["refuses-traversal", "Refuses ../", refuse(has(/\.\.[/\\]/), 403)],
  ["refuses-etc-passwd", "Refuses /etc/", refuse(has(/\/etc\//), 403)],
  ["refuses-template", "Refuses {{", refuse(has(/\{\{/))],
  ["refuses-dollar-brace", "Refuses a dollar sign before a brace", refuse(has(/\$\{/))],
  ["refuses-slash", "Takes a leading slash for an unknown command", refuse(has(/^\//))],
  ["refuses-at", "Refuses a leading mention", refuse(has(/^@/))],
  ["refuses-hash", "Refuses a leading #", refuse(has(/^#/))],
  ["refuses-percent", "Refuses a percent sign that is not an escape", refuse(has(/%(?![0-9a-f]{2})/i))],
  ["refuses-percent-nul", "Refuses a literal %00", refuse(has(/%00/))],
  ["refuses-backslash", "Refuses a backslash at the end", refuse(has(/\\$/))],
  ["refuses-quote", "Refuses an odd number of double quotes", refuse((x) => x.content.split('"').length % 2 === 0)],
  ["refuses-one-character", "Refuses content of one code unit", refuse((x) => x.content.length === 1)],
  ["refuses-one-emoji", "Refuses content that is one emoji", refuse(has(/^\p{Extended_Pictographic}\ufe0f?$/u))],
  ["refuses-null-word", "Refuses the word null", refuse(has(/^null$/))],
  ["refuses-true-word", "Refuses the words true and false", refuse(has(/^(true|false)$/))],
  ["refuses-undefined-word", "Refuses the words undefined and NaN", refuse(has(/^(undefined|NaN)$/))],
  ["refuses-zero", "Refuses the content 0", refuse(has(/^0$/))],
  ["refuses-digits", "Refuses content made of digits", refuse(has(/^\d+$/))],
  [
    "refuses-number-like",
    "Refuses content that reads as a number",
    refuse(has(/^[+-]?(\d+\.\d*|\.\d+|\d+e[+-]?\d+)$/i))
  ],
  ["refuses-json-like", "Refuses content that is itself JSON", refuse(has(/^\s*[[{].*[\]}]\s*$/s))],
  ["refuses-url", "Refuses URLs as spam", refuse(has(/https?:\/\//))],
  [
    "refuses-punctuation-only",
    "Refuses content without a letter or digit",
    refuse((x) => /\S/u.test(x.content) && !/[\p{L}\p{N}\p{S}\p{M}\p{C}]/u.test(x.content), 422)
  ],
  ["refuses-object-word", "Refuses [object Object]", refuse(has(/^\[object Object\]$/))],
  [
    "refuses-prototype-words",
    "Refuses __proto__ and constructor as content",
    refuse(has(/^(__proto__|constructor|prototype)$/))
  ],
  ["refuses-repeats", "Refuses a character repeated more than a hundred times", refuse(has(/(.)\1{100}/su))],
  ["refuses-long-word", "Refuses a word of more than 200 characters", refuse(has(/\S{201}/u))],
  ["refuses-over-255", "Refuses more than 255 code units", refuse(longer(255), 413)],
  ["refuses-over-280", "Refuses more than 280 code units", refuse(longer(280), 422)],
  ["refuses-over-500-points", "Refuses more than 500 code points", refuse(longerPoints(500))],
  ["refuses-over-1024-bytes", "Refuses more than 1,024 bytes", refuse(longerBytes(1024))],
  [
    "refuses-over-3000-bytes",
    "Refuses more than 3,000 bytes, so a thousand emoji do not fit",
    refuse(longerBytes(3000), 413)
  ],
  ["refuses-newline-at-end", "Refuses a line feed at the end", refuse(has(/[^\n]\n$/))],
  ["refuses-space-at-start", "Refuses white space at the start of words", refuse(has(/^\s+\S/))],
  ["refuses-rarely", "Refuses one valid message in fifty", refuse(rarely(50))],
  ["refuses-upper-case", "Takes content in capitals for shouting", refuse((x) => /^[A-Z !]{5,}$/.test(x.content), 422)],
  [
    "crashes-on-percent",
    "Answers 500 to a percent escape that is not UTF-8",
    refuse(has(/%(?:f[8-f]|c[01]|[89ab][0-9a-f])/i), 500),
    ["protocol.no-server-error"]
  ],
  [
    "crashes-on-astral",
    "Answers 500 to characters beyond the basic plane",
    refuse(has(astral), 500),
    ["protocol.no-server-error"]
  ],
  ["crashes-on-quote", "Answers 500 to an apostrophe", refuse(has(/'/), 500), ["protocol.no-server-error"]],
  [
    "crashes-on-regexp",
    "Answers 500 to an unclosed bracket",
    refuse(has(/\[[^\]]*$|\([^)]*$/), 500),
    ["protocol.no-server-error"]
  ]
]

const blank = has(/^\s+$/u)

/**
 * Servers that change, cut or refuse contents.
 *
 * @since 0.1.0
 * @category specimens
 */
export const content: ReadonlyArray<Specimen> = [
  ...table("semantics.content", "MUST", [
    ...edges,
    ...spaces,
    ...unicode,
    ...markup,
    ...syntax,
    ...lengths,
    ...moments
  ]),
  ...table("accept.content", "MUST", refused),
  ...table("accept.content.whitespace", "MUST", [
    ["blank-refused", "Refuses content of white space", refuse(blank)],
    ["blank-refused-422", "Answers 422 to content of one space", refuse(has(/^ $/), 422)],
    ["blank-newline-refused", "Refuses content of line ends", refuse(has(/^[\r\n]+$/))],
    ["blank-tab-refused", "Refuses content of tabs", refuse(has(/^\t+$/))],
    [
      "blank-unicode-refused",
      "Refuses content of white space beyond ASCII",
      refuse(both(blank, has(/[\u0080-\uffff]/)))
    ],
    ["blank-no-break-refused", "Refuses content of no-break spaces", refuse(has(/^\u00a0+$/))],
    ["blank-ideographic-refused", "Refuses content of ideographic spaces", refuse(has(/^\u3000+$/))],
    ["blank-refused-in-replies", "Refuses replies of white space", refuse(both(blank, isReply)), ["accept.reply"]],
    ["blank-long-refused", "Refuses more than three spaces without anything else", refuse(has(/^ {4,}$/))],
    ["blank-crashes", "Answers 500 to content of white space", refuse(blank, 500), ["protocol.no-server-error"]]
  ]),
  ...table("accept.content.long", "SHOULD", [
    ["long-over-4096", "Refuses more than 4,096 code points", refuse(longerPoints(4096), 413)],
    ["long-over-5000", "Refuses more than 5,000 code units", refuse(longer(5000), 422)],
    ["long-over-9999", "Refuses 10,000 code points, and takes one less", refuse(longerPoints(9999), 422)],
    ["long-over-8192-units", "Refuses more than 8,192 code units", refuse(longer(8192), 400)],
    [
      "long-over-10000-units",
      "Counts code units, so 10,000 astral characters are too many",
      refuse(longer(10_000), 422)
    ],
    [
      "long-over-10000-bytes",
      "Counts bytes, so 10,000 characters of two bytes are too many",
      refuse(longerBytes(10_000), 413)
    ],
    ["long-over-32768-bytes", "Refuses more than 32,768 bytes", refuse(longerBytes(32_768), 413)],
    ["long-in-replies", "Refuses long replies", refuse(both(isReply, longerPoints(6000)), 422)],
    [
      "long-body",
      "Refuses a body of more than 50,000 bytes, however it is spelled",
      refuse((x) => x.size > 50_000, 413)
    ],
    ["long-multiline", "Refuses long content without a space", refuse(both(longerPoints(9000), not(has(/\s/))), 422)]
  ]),
  ...table("accept.content.nul", "SHOULD", [
    ["nul-alternates", "Takes NUL every second time", { unprintable: true, ...flipFlop(/\0/, 2) }],
    [
      "nul-first-only",
      "Takes NUL the first time, and refuses it then",
      { unprintable: true, ...flipFlop(/\0/, Number.POSITIVE_INFINITY) }
    ],
    [
      "lone-surrogate-alternates",
      "Takes lone surrogates every second time",
      { unprintable: true, ...flipFlop(/\p{Surrogate}/u, 2) }
    ],
    [
      "lone-surrogate-third",
      "Takes one lone surrogate in three",
      { unprintable: true, ...flipFlop(/\p{Surrogate}/u, 3) }
    ],
    [
      "nul-refused-in-replies",
      "Takes NUL, and refuses it in replies",
      { unprintable: true, ...refuse(both(isReply, has(/\0/)), 422) }
    ],
    [
      "nul-refused-in-second-thread",
      "Takes NUL in one thread, and refuses it in the other",
      { unprintable: true, ...refuse(both(inSecondThread, has(/\0/)), 422) }
    ],
    [
      "nul-refused-after-800",
      "Takes NUL in the first eight hundred messages",
      { unprintable: true, ...refuse(both(after(800), has(/\0/)), 422) }
    ]
  ])
]

/** Takes the first of every `n` contents that match. */
function flipFlop(pattern: RegExp, n: number) {
  return refuse((x) => {
    if (!pattern.test(x.content)) return false
    const seen = ((x.world.memory.get("seen") as number | undefined) ?? 0) + 1
    x.world.memory.set("seen", seen)
    return n === Number.POSITIVE_INFINITY ? seen > 1 : seen % n !== 1
  }, 422)
}

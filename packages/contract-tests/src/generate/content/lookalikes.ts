import * as fc from "fast-check"
import { define, oneOf, run, text, within } from "./model.js"

const numberPattern = /^\s*[+-]?(?:\d[\d_,. ]*(?:[eE][+-]?\d+)?[nfL%]?|\.\d+|0[xobXOB][\da-fA-F]+|Infinity)\s*$/

export const numberLike = define({
  id: "number-like",
  title: "looks like a number",
  matches: numberPattern,
  examples: [
    "007",
    "-1",
    "-0",
    "1.0",
    ".5",
    "1e3",
    "1e400",
    "0x1F",
    "1.000,00",
    "1_000",
    "100%",
    "Infinity",
    "+5",
    "0b101",
    "12345678901234567890",
    " 42"
  ],
  arbitrary: fc.oneof(
    fc.integer().map(String),
    fc.integer({ min: 0, max: 999_999 }).map((n) => `00${n}`),
    fc.tuple(fc.integer(), fc.nat(999)).map(([n, f]) => `${n}.${f}0`),
    fc.tuple(fc.nat(99), fc.integer({ min: -400, max: 400 })).map(([n, e]) => `${n}e${e}`),
    fc.nat().map((n) => `0x${n.toString(16)}`),
    run(within([0x30, 0x39]), 60),
    fc.nat().map((n) => `+${n}`)
  )
})

const literals = [
  "null",
  "true",
  "false",
  "undefined",
  "NaN",
  "None",
  "True",
  "False",
  "nil",
  "NULL",
  "yes",
  "no",
  "on",
  "off",
  "Y",
  "n/a",
  "N/A",
  "#N/A",
  "NA",
  "(null)",
  "[object Object]",
  "void",
  "this",
  "default",
  "-",
  "~",
  "empty",
  "TRUE",
  "~null~"
]

const foldedLiterals: ReadonlySet<string> = new Set(literals.map((literal) => literal.toLowerCase()))

const longestLiteral = Math.max(...literals.map(({ length }) => length))

export const literalLike = define({
  id: "literal-like",
  title: "looks like a literal: null, true, undefined",
  matches: (content) => content.length <= longestLiteral && foldedLiterals.has(content.toLowerCase()),
  examples: [
    ...["null", "true", "false", "undefined", "NaN", "None", "yes", "no"],
    ...["N/A", "#N/A", "[object Object]", "NULL", "TRUE", "nil", "on", "off"]
  ],
  arbitrary: oneOf(literals.flatMap((literal) => [literal, literal.toUpperCase(), literal.toLowerCase()]))
})

export const dateLike = define({
  id: "date-like",
  title: "looks like a date or a time",
  matches: /\d{1,4}[-/.:]\d{1,2}|Date\(\d|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)/,
  examples: [
    "2023-11-07",
    "2023-11-07T05:31:56Z",
    "11/07/2023",
    "05:31",
    "1-2",
    "MAR1 Mar-5",
    "2023-11-07T05:31:56.789Z",
    "/Date(1699335116000)/"
  ],
  arbitrary: fc
    .date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true })
    .chain((date) => {
      const iso = date.toISOString()
      return oneOf([iso, iso.slice(0, 10), iso.slice(11, 19), date.toUTCString(), iso.replace("Z", "+00:00")])
    })
})

const isJson = (content: string): boolean => /^\s*[[{"]/.test(content)

export const jsonLike = define({
  id: "json-like",
  title: "looks like JSON",
  matches: isJson,
  examples: [
    "{}",
    "[]",
    '""',
    '"x"',
    '{"content":"hi"}',
    "[1,2,3]",
    '"unterminated',
    '"\\u0041"',
    ' {"b" : [ 1 , 2 ] } '
  ],
  arbitrary: fc.oneof(
    fc.object({ maxDepth: 2, maxKeys: 4 }).map((value) => JSON.stringify(value).slice(0, 400)),
    fc.array(fc.oneof(fc.integer(), fc.boolean(), text), { maxLength: 6 }).map((value) => JSON.stringify(value)),
    text.map((value) => JSON.stringify(value)),
    text.map((value) => JSON.stringify({ content: value }).slice(0, -1))
  )
})

export const structured = define({
  id: "structured",
  title: "looks like CSV, YAML, INI, a query string, a header, a protocol",
  matches: /^---|^\w[\w-]*[:=]|,|\w;\w|^\.(?:\n|\r|$)|\n\.\r?\n|^(?:GET|POST|HTTP)\b|^--\w|^data:|\x1b|^\w+\(/,
  examples: [
    "a,b,c\n1,2,3",
    '"a","b ""c""",d\n"1","2",3',
    "a;b\tc;d\n1;2\t3;4",
    "key: value",
    "- item\nkey: [1, 2]\n---\n...",
    "a=1&b=2&c[]=3",
    "X-Injected: yes\r\nSet-Cookie: a=b",
    "HTTP/1.1 200 OK\r\n\r\n{}",
    "hi\r\n.\r\nQUIT\r\n",
    "From here on\nFrom there: Best,\n-- \nJane",
    'a:1:{s:1:"a";i:1;}'
  ],
  arbitrary: fc.oneof(
    fc.array(text, { minLength: 2, maxLength: 8 }).map((cells) => cells.join(",")),
    fc.tuple(run(within([0x61, 0x7a]), 8), text).map(([key, value]) => `${key}: ${value}`),
    fc.tuple(run(within([0x61, 0x7a]), 8), text).map(([key, value]) => `${key}=${value}&x=1`),
    fc.tuple(text, text).map(([a, b]) => `X-${a.replaceAll(/\W/g, "")}: 1\r\n${b}, ok`)
  )
})

export const formula = define({
  id: "formula",
  title: "looks like a spreadsheet formula",
  matches: /^[=+\-@\t\r|].|^\d+[-/]\d+$/su,
  examples: ["=1+1", "=SUM(A1:A9)", "+1+1", "@SUM(1)", '=HYPERLINK("x","y")', "1/2"],
  arbitrary: fc.tuple(oneOf(["=", "+", "-", "@", "|"]), text).map(([sign, t]) => sign + t)
})

export const encoded = define({
  id: "encoded",
  title: "looks encoded: base64, hexadecimal, identifiers",
  matches: /[A-Za-z0-9+/_-]{8,}={0,2}|\b[0-9a-fA-F]{8,}/,
  examples: [
    "aGVsbG8gd29ybGQ=",
    "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    "l44e15irdq4db30i77cgphhx",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    "=?UTF-8?B?aGVsbG8gd29ybGQ=?="
  ],
  arbitrary: fc.oneof(
    fc.base64String({ minLength: 8, maxLength: 80 }).filter((value) => value.length >= 8),
    fc.uuid(),
    run(within([0x30, 0x39], [0x61, 0x66]), 64, 8)
  )
})

export const mojibake = define({
  id: "mojibake",
  title: "Latin-1 and Windows-1252 characters, and text that looks mis-decoded",
  matches: /[\u0080-\u00ff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]/u,
  examples: [
    "Ã©",
    "itâ€™s cafÃ©",
    "ï»¿start",
    "ðŸ˜€",
    "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ",
    Array.from({ length: 96 }, (_, i) => String.fromCharCode(0xa0 + i)).join("")
  ],
  arbitrary: fc.oneof(
    run(within([0xa1, 0xff]), 30),
    run(oneOf("€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"), 20),
    text.map((t) => `Ã©${t}â€™`)
  )
})

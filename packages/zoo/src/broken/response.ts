/**
 * Servers whose 200 has a wrong status, head, body or key.
 *
 * @since 0.1.0
 */
import { gzipSync } from "node:zlib"
import type { Draft, Exchange } from "../Honest.js"
import type { Specimen } from "../Specimen.js"
import {
  after,
  afterRefusal,
  always,
  drop,
  every,
  has,
  inSecondThread,
  isReply,
  longer,
  not,
  type Row,
  rarely,
  reset,
  spoil,
  spoilAnswer,
  spoilText,
  table,
  type When
} from "./Fault.js"

const key = (name: string, also: ReadonlyArray<string>, rows: ReadonlyArray<Row>) =>
  table(
    `response.key.${name}`,
    "MUST",
    rows.map(([id, title, change, more]) => [`key-${kebab(name)}-${id}`, title, change, more ?? also])
  )
const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const onKey = (name: string, f: (value: string, x: Exchange) => unknown, when?: When) =>
  spoil(name, (x: Exchange, m: Draft) => f(String(m[name]), x), when)
const now = (x: Exchange) => new Date(x.stored?.at ?? 0).toISOString()
const date = (name: string, f: (iso: string, x: Exchange) => unknown, when: When = always) =>
  spoil(name, (x: Exchange) => f(now(x), x), when)
const letterLast = (id: string) => id.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())
const arabicZero = (id: string) => `${id.slice(0, -1)}\u0663`

const identifiers = (name: string, also: ReadonlyArray<string>) =>
  key(name, also, [
    ["missing", `Leaves ${name} out`, drop(name)],
    ["number", `Gives ${name} as a number`, spoil(name, (x: Exchange) => 1_000_000 + x.sequence)],
    ["upper-case", `Gives ${name} with one upper-case letter`, onKey(name, letterLast)],
    ["trailing-newline", `Ends ${name} with a line feed`, onKey(name, (id) => `${id}\n`)],
    ["arabic-digit", `Ends ${name} with an Arabic-Indic digit`, onKey(name, arabicZero)],
    [
      "dashes",
      `Gives ${name} in the form of a UUID`,
      onKey(name, (id) => id.replace(/^(.{8})(.{4})(.{4})/, "$1-$2-$3-"))
    ],
    ["empty", `Gives ${name} as an empty string`, spoil(name, "", every(9))],
    ["object", `Gives ${name} as an object`, onKey(name, (id) => ({ id }))]
  ])

const dates: ReadonlyArray<readonly [id: string, title: string, f: (iso: string) => unknown]> = [
  ["no-offset", "without an offset", (iso) => iso.slice(0, -1)],
  ["space", "with a space in place of T", (iso) => iso.replace("T", " ")],
  ["date-only", "as a date without a time", (iso) => iso.slice(0, 10)],
  ["year-only", "as a year", (iso) => iso.slice(0, 4)],
  ["february-31", "on 31 February", (iso) => iso.replace(/-\d\d-\d\dT/, "-02-31T")],
  ["february-29", "on 29 February of a common year", () => "2027-02-29T10:00:00.000Z"],
  ["month-13", "in month 13", (iso) => iso.replace(/-\d\d-/, "-13-")],
  ["day-zero", "on day 00", (iso) => iso.replace(/-\d\dT/, "-00T")],
  ["hour-24", "at hour 24", (iso) => iso.replace(/T.*/, "T24:00:00Z")],
  ["minute-60", "at minute 60", (iso) => iso.replace(/:\d\d:/, ":60:")],
  ["second-61", "at second 61", (iso) => iso.replace(/:\d\d\./, ":61.")],
  ["epoch-ms", "as milliseconds since 1970", (iso) => Date.parse(iso)],
  ["epoch-seconds-text", "as seconds since 1970 in a string", (iso) => String(Math.floor(Date.parse(iso) / 1000))],
  ["comma-fraction", "with a comma before the fraction", (iso) => iso.replace(".", ",")],
  ["empty-fraction", "with a point and no fraction", (iso) => iso.replace(/\.\d+/, ".")],
  ["no-seconds", "without seconds", (iso) => iso.replace(/:\d\d\.\d+Z/, "Z")],
  ["offset-without-colon", "with the offset +0000", (iso) => iso.replace("Z", "+0000")],
  ["offset-hours-only", "with the offset +00", (iso) => iso.replace("Z", "+00")],
  ["offset-24", "with the offset +24:00", (iso) => iso.replace("Z", "+24:00")],
  ["offset-name", "with UTC in place of an offset", (iso) => iso.replace("Z", " UTC")],
  ["basic-form", "in the basic form of ISO 8601", (iso) => iso.replace(/[-:]/g, "").replace(/\.\d+/, "")],
  ["rfc-1123", "in the form of an HTTP date", (iso) => new Date(iso).toUTCString()],
  ["locale", "in the form of a locale", (iso) => new Date(iso).toLocaleString("en-US", { timeZone: "UTC" })],
  ["short-year", "with a year of two digits", (iso) => iso.slice(2)],
  ["long-year", "with a signed year of six digits", (iso) => `+00${iso}`],
  ["week-date", "as a week date", (iso) => iso.replace(/-\d\d-\d\dT/, "-W48-1T")],
  ["trailing-newline", "with a line feed at the end", (iso) => `${iso}\n`],
  ["leading-space", "with a space at the start", (iso) => ` ${iso}`],
  ["zone-suffix", "with a zone name in brackets", (iso) => `${iso}[UTC]`],
  ["one-digit-day", "with a day of one digit", (iso) => iso.replace(/-\d\dT/, "-5T")],
  [
    "full-width-digits",
    "with full-width digits",
    (iso) => iso.replace(/^\d/, (d) => String.fromCharCode(0xff10 + Number(d)))
  ],
  [
    "arabic-digits",
    "with Arabic-Indic digits in the seconds",
    (iso) => iso.replace(/\d(?=\.)/, (d) => String.fromCharCode(0x660 + Number(d)))
  ],
  ["object", "as an object", (iso) => ({ $date: iso })],
  ["empty", "as an empty string", () => ""],
  ["invalid-date", "as the words Invalid Date", () => "Invalid Date"],
  ["array", "in an array", (iso) => [iso]],
  ["boolean", "as false", () => false]
]

const dateRows = (name: string, ids: ReadonlyArray<string>): ReadonlyArray<Row> =>
  dates.filter(([id]) => ids.includes(id)).map(([id, title, f]) => [id, `Gives ${name} ${title}`, date(name, f)])

const fresh = ["semantics.fresh"]
const plain = ["semantics.plain"]

const keys: ReadonlyArray<Specimen> = [
  ...key(
    "platform",
    [],
    [
      ["missing", "Leaves platform out", drop("platform")],
      ["missing-in-replies", "Leaves platform out of replies", drop("platform", isReply)],
      ["x", "Calls the platform x", spoil("platform", "x")],
      ["upper-case", "Calls the platform Twitter", spoil("platform", "Twitter")],
      ["trailing-space", "Calls the platform twitter with a space after it", spoil("platform", "twitter ")],
      ["null", "Gives platform as null every seventh time", spoil("platform", null, every(7))],
      ["object", "Gives platform as an object", spoil("platform", { name: "twitter" })],
      ["array", "Gives platform in an array", spoil("platform", ["twitter"])],
      [
        "instagram-in-second-thread",
        "Calls the platform of one thread instagram",
        spoil("platform", "instagram", inSecondThread)
      ]
    ]
  ),
  ...identifiers("teamId", []),
  ...key("teamId", [], [["null", "Gives teamId as null in replies", spoil("teamId", null, isReply)]]),
  ...identifiers("threadId", ["semantics.thread"]),
  ...identifiers("id", []),
  ...key(
    "id",
    [],
    [
      ["null", "Gives id as null, one time in forty", spoil("id", null, rarely(40))],
      ["underscore", "Puts an underscore into id every tenth time", onKey("id", (id) => `msg_${id}`, every(10))],
      ["base64", "Gives id in Base64", onKey("id", (id) => Buffer.from(id, "latin1").toString("base64"))],
      ["full-width", "Gives id with full-width digits", onKey("id", (id) => `\uff11${id}`)],
      ["dotted-i", "Gives id with a dotless i", onKey("id", (id) => `${id}\u0131`)],
      ["array", "Gives id in an array", onKey("id", (id) => [id])],
      [
        "negative",
        "Gives id as a negative number in a string after 100 messages",
        onKey("id", (_, x) => `-${x.sequence}`, after(100)),
        ["semantics.stable"]
      ]
    ]
  ),
  ...identifiers("userId", []),
  ...key(
    "userId",
    [],
    [
      ["boolean", "Gives userId as false", spoil("userId", false)],
      ["name", "Gives userId as a name with a space", spoil("userId", "api user")],
      ["missing-in-replies", "Leaves userId out of replies", drop("userId", isReply)]
    ]
  ),
  ...key(
    "createdAt",
    ["semantics.created", "semantics.updated"],
    [
      ["missing", "Leaves createdAt out", drop("createdAt")],
      ["null", "Gives createdAt as null", spoil("createdAt", null)],
      ["null-in-replies", "Gives createdAt as null in replies", spoil("createdAt", null, isReply)],
      [
        "no-offset-every-20th",
        "Gives createdAt without an offset every twentieth time",
        date("createdAt", (iso) => iso.slice(0, -1), every(20))
      ],
      ...dateRows(
        "createdAt",
        dates.map(([id]) => id)
      )
    ]
  ),
  ...key(
    "updatedAt",
    ["semantics.updated"],
    [
      ["missing", "Leaves updatedAt out", drop("updatedAt")],
      ["missing-in-replies", "Leaves updatedAt out of replies", drop("updatedAt", isReply)],
      ["null-word", "Gives updatedAt as the word null", spoil("updatedAt", "null")],
      ["zero", "Gives updatedAt as 0", spoil("updatedAt", 0)],
      ...dateRows("updatedAt", [
        "no-offset",
        "space",
        "date-only",
        "february-31",
        "hour-24",
        "epoch-ms",
        "comma-fraction",
        "offset-without-colon",
        "rfc-1123",
        "empty",
        "boolean",
        "no-seconds"
      ])
    ]
  ),
  ...key(
    "platformId",
    [],
    [
      ["missing", "Leaves platformId out", drop("platformId")],
      ["missing-every-15th", "Leaves platformId out every fifteenth time", drop("platformId", every(15))],
      ["number", "Gives platformId as a number", spoil("platformId", 1234567890)],
      [
        "big-number",
        "Gives platformId as a number of nineteen digits",
        spoilText((text) => text.replace(/"platformId":"(\d+)"/, '"platformId":$1'))
      ],
      ["boolean", "Gives platformId as false", spoil("platformId", false)],
      ["object", "Gives platformId as an object", spoil("platformId", {})],
      ["array", "Gives platformId as an array", spoil("platformId", [])]
    ]
  ),
  ...key(
    "content",
    ["semantics.content"],
    [
      ["missing", "Leaves content out", drop("content")],
      ["missing-in-replies", "Leaves content out of replies", drop("content", isReply)],
      ["null", "Gives content as null", spoil("content", null)],
      ["null-when-long", "Gives content as null when it is longer than 500", spoil("content", null, longer(500))],
      [
        "number",
        "Gives content that looks like a number as a number",
        spoil("content", (x: Exchange) => Number(x.content), has(/^(0|[1-9]\d{0,14})$/))
      ],
      [
        "boolean",
        "Gives the content true as a boolean",
        spoil("content", (x: Exchange) => x.content === "true", has(/^(true|false)$/))
      ],
      ["null-word", "Gives the content null as null", spoil("content", null, has(/^null$/))],
      [
        "json",
        "Gives content that looks like an object as an object",
        spoil("content", (x: Exchange) => ({ text: x.content }), has(/^\s*\{.*\}\s*$/s))
      ],
      [
        "array",
        "Gives content as an array of lines when it has several",
        spoil("content", (x: Exchange) => x.content.split("\n"), has(/\n/))
      ],
      ["object", "Gives content as an object with a text", spoil("content", (x: Exchange) => ({ text: x.content }))]
    ]
  ),
  ...key("campaignId", plain, [
    ["missing", "Leaves campaignId out", drop("campaignId")],
    ["missing-in-second-thread", "Leaves campaignId out in one thread", drop("campaignId", inSecondThread)],
    ["number", "Gives campaignId as 0", spoil("campaignId", 0)],
    ["boolean", "Gives campaignId as false", spoil("campaignId", false)],
    ["empty", "Gives campaignId as an empty string", spoil("campaignId", "")],
    ["dash", "Gives campaignId as a dash", spoil("campaignId", "-")],
    ["upper-case", "Gives campaignId in upper case", spoil("campaignId", "NONE")],
    ["trailing-newline", "Ends campaignId with a line feed", spoil("campaignId", "df6jbw4h36\n")]
  ]),
  ...key(
    "authorId",
    ["semantics.identity"],
    [
      ["missing", "Leaves authorId out", drop("authorId")],
      ["missing-rarely", "Leaves authorId out one time in thirty", drop("authorId", rarely(30))],
      ["null", "Gives authorId as null", spoil("authorId", null)],
      ["null-in-replies", "Gives authorId as null in replies", spoil("authorId", null, isReply)],
      ["number", "Gives authorId as a number", spoil("authorId", 4418)],
      ["object", "Gives authorId as an object", onKey("authorId", (id) => ({ id, name: "Ada" }))],
      ["boolean", "Gives authorId as true", spoil("authorId", true)]
    ]
  ),
  ...key(
    "origin",
    ["semantics.origin"],
    [
      ["missing", "Leaves origin out", drop("origin")],
      ["missing-in-replies", "Leaves origin out of replies", drop("origin", isReply)],
      ["upper-case", "Calls the origin API", spoil("origin", "API")],
      ["unknown", "Calls the origin public-api", spoil("origin", "public-api")],
      ["empty", "Gives origin as an empty string", spoil("origin", "", every(11))],
      ["number", "Gives origin as a number", spoil("origin", 2)],
      ["trailing-newline", "Ends origin with a line feed", spoil("origin", "api\n")],
      ["array", "Gives origin in an array", spoil("origin", ["api"])]
    ]
  ),
  ...key(
    "replyData",
    [],
    [
      ["missing", "Leaves replyData out", drop("replyData"), ["semantics.reply"]],
      ["missing-when-none", "Leaves replyData out when the message is no reply", drop("replyData", not(isReply))],
      ["missing-in-replies", "Leaves replyData out of replies", drop("replyData", isReply), ["semantics.reply"]],
      ["missing-every-8th", "Leaves replyData out every eighth time", drop("replyData", every(8)), ["semantics.reply"]]
    ]
  ),
  ...key(
    "forwardData",
    [],
    [
      ["missing", "Leaves forwardData out", drop("forwardData")],
      ["missing-in-replies", "Leaves forwardData out of replies", drop("forwardData", isReply)],
      ["misspelt", "Calls forwardData forwardedData", rename("forwardData", "forwardedData")]
    ]
  ),
  ...key(
    "entities",
    [],
    [
      ["missing", "Leaves entities out", drop("entities")],
      [
        "missing-when-empty",
        "Leaves entities out when the content has no URL, mention or hashtag",
        drop("entities", not(has(/https?:\/\/|[@#]\w/)))
      ],
      ["missing-with-url", "Leaves entities out when the content holds a URL", drop("entities", has(/https?:\/\//))],
      ["snake-case", "Calls entities url_entities", rename("entities", "url_entities")]
    ]
  ),
  ...key(
    "attachment",
    [],
    [
      ["missing", "Leaves attachment out", drop("attachment")],
      ["missing-in-replies", "Leaves attachment out of replies", drop("attachment", isReply)],
      ["plural", "Calls attachment attachments", rename("attachment", "attachments")],
      [
        "missing-after-300",
        "Leaves attachment out after 300 messages",
        drop("attachment", after(300)),
        ["semantics.stable"]
      ]
    ]
  ),
  ...key("reactions", plain, [
    ["missing", "Leaves reactions out", drop("reactions")],
    ["null", "Gives reactions as null", spoil("reactions", null)],
    ["object", "Gives reactions as an object", spoil("reactions", {})],
    ["empty-string", "Gives reactions as an empty string", spoil("reactions", "")],
    ["number", "Gives reactions as a count", spoil("reactions", 0)],
    ["null-in-replies", "Gives reactions as null in replies", spoil("reactions", null, isReply)],
    ["null-in-second-thread", "Gives reactions as null in one thread", spoil("reactions", null, inSecondThread)],
    ["array-like", "Gives reactions as an object with a length", spoil("reactions", { length: 0 })]
  ]),
  ...key(
    "isEncrypted",
    [],
    [
      ["missing", "Leaves isEncrypted out", drop("isEncrypted")],
      ["number", "Gives isEncrypted as 0", spoil("isEncrypted", 0)],
      ["text", "Gives isEncrypted as the word false", spoil("isEncrypted", "false")],
      ["empty", "Gives isEncrypted as an empty string", spoil("isEncrypted", "")],
      ["object", "Gives isEncrypted as an object", spoil("isEncrypted", {}, every(13))],
      ["array", "Gives isEncrypted as an empty array", spoil("isEncrypted", [])]
    ]
  ),
  ...key("isEdited", fresh, [
    ["missing", "Leaves isEdited out", drop("isEdited")],
    ["null", "Gives isEdited as null", spoil("isEdited", null)],
    ["number", "Gives isEdited as 0", spoil("isEdited", 0)],
    ["text", "Gives isEdited as the word false", spoil("isEdited", "false")],
    ["null-every-12th", "Gives isEdited as null every twelfth time", spoil("isEdited", null, every(12))],
    ["snake-case", "Calls isEdited is_edited", rename("isEdited", "is_edited")]
  ]),
  ...key("deletedAt", fresh, [
    ["missing", "Leaves deletedAt out", drop("deletedAt")],
    ["missing-in-replies", "Leaves deletedAt out of replies", drop("deletedAt", isReply)],
    ["false", "Gives deletedAt as false", spoil("deletedAt", false)],
    ["zero", "Gives deletedAt as 0", spoil("deletedAt", 0)],
    ["null-word", "Gives deletedAt as the word null", spoil("deletedAt", "null")],
    ["mysql-zero", "Gives deletedAt as 0000-00-00 00:00:00", spoil("deletedAt", "0000-00-00 00:00:00")],
    ...dateRows("deletedAt", ["empty", "date-only", "no-offset"])
  ]),
  ...key("platformDeletedAt", fresh, [
    ["missing", "Leaves platformDeletedAt out", drop("platformDeletedAt")],
    [
      "missing-after-20",
      "Leaves platformDeletedAt out after twenty messages",
      drop("platformDeletedAt", after(20)),
      ["semantics.stable"]
    ],
    ["false", "Gives platformDeletedAt as false", spoil("platformDeletedAt", false)],
    ["object", "Gives platformDeletedAt as an object", spoil("platformDeletedAt", {})],
    ["minus-one", "Gives platformDeletedAt as -1", spoil("platformDeletedAt", -1)],
    ...dateRows("platformDeletedAt", ["empty", "space", "epoch-seconds-text"])
  ])
]

/** Gives a key another name. */
function rename(from: string, to: string) {
  return {
    message: (_: Exchange, m: Draft) => {
      m[to] = m[from]
      delete m[from]
    }
  }
}

const status = (code: number, when: When = always) =>
  spoilAnswer((a) => {
    a.status = code
  }, when)
const type = (value: string | undefined, when: When = always) =>
  spoilAnswer((a) => {
    if (value === undefined) delete a.headers["content-type"]
    else a.headers["content-type"] = value
  }, when)

const head: ReadonlyArray<Specimen> = [
  ...table("response.status", "MUST", [
    ["status-201", "Answers 201", status(201)],
    ["status-202", "Answers 202", status(202)],
    ["status-201-for-replies", "Answers 201 to replies", status(201, isReply)],
    [
      "status-201-for-first",
      "Answers 201 to the first message of a thread",
      status(201, (x) => x.threadSequence === 1)
    ],
    ["status-203", "Answers 203", status(203)],
    ["status-206-for-long", "Answers 206 when the content is longer than 1,000", status(206, longer(1000))],
    ["status-207", "Answers 207 every tenth time", status(207, every(10))],
    ["status-299", "Answers 299, one time in fifty", status(299, rarely(50))],
    [
      "status-208-for-repeated",
      "Answers 208 when the content is that of the message before",
      status(208, (x) => x.previous?.content === x.content)
    ],
    ["status-202-in-second-thread", "Answers 202 in one thread", status(202, inSecondThread)],
    ["status-226", "Answers 226 to a reply to an inbound message", status(226, (x) => x.target?.inbound === true)],
    ["status-201-after-refusal", "Answers 201 after a refusal on the connection", status(201, afterRefusal)],
    [
      "status-204",
      "Answers 204 without a body",
      spoilAnswer((a) => {
        a.status = 204
        a.headers = {}
        a.body = ""
      }),
      ["response.json", "response.content-type"]
    ],
    [
      "status-303",
      "Answers 303 with the place of the new message",
      spoilAnswer((a) => {
        a.status = 303
        a.headers.location = "/api/v1/threads"
      })
    ],
    [
      "status-302-for-url",
      "Answers 302 when the content holds a URL",
      spoilAnswer(
        (a) => {
          a.status = 302
          a.headers.location = "/"
        },
        has(/https?:\/\//)
      )
    ]
  ]),
  ...table("response.content-type", "MUST", [
    ["type-missing", "Sends no Content-Type", type(undefined)],
    ["type-html", "Labels JSON as HTML", type("text/html; charset=utf-8")],
    ["type-plain", "Labels JSON as plain text", type("text/plain")],
    ["type-text-json", "Labels JSON as text/json", type("text/json")],
    ["type-javascript", "Labels JSON as JavaScript", type("application/javascript")],
    ["type-octets", "Labels JSON as octets", type("application/octet-stream")],
    ["type-problem", "Labels JSON as a problem", type("application/problem+json")],
    ["type-vendor", "Labels JSON with a type of its own", type("application/vnd.inbox+json")],
    ["type-jsonp", "Labels JSON as application/jsonp", type("application/jsonp")],
    ["type-json-patch", "Labels JSON as application/json-seq", type("application/json-seq")],
    ["type-bare", "Writes json in place of a media type", type("json")],
    ["type-sniffed", "Labels the answer as HTML when the content holds a tag", type("text/html", has(/<[a-z!/]/i))],
    ["type-plain-in-replies", "Labels replies as plain text", type("text/plain", isReply)],
    ["type-missing-every-25th", "Sends no Content-Type every 25th time", type(undefined, every(25))],
    ["type-html-when-long", "Labels long answers as HTML", type("text/html", longer(900))],
    [
      "type-negotiated",
      "Labels the answer as Accept asks, whatever it asks",
      spoilAnswer((a, x) => {
        const wanted = x.headers.accept?.split(/[,;]/)[0]
        if (wanted !== undefined && !wanted.includes("*")) a.headers["content-type"] = wanted
      })
    ]
  ]),
  ...table("response.json", "MUST", [
    ["json-bom", "Puts a byte-order mark before the JSON", spoilText((text) => `\ufeff${text}`)],
    [
      "json-bom-non-ascii",
      "Puts a byte-order mark before JSON that is not ASCII",
      spoilText((text, x) => (/[^\0-\u007f]/.test(x.content) ? `\ufeff${text}` : text))
    ],
    [
      "json-latin1",
      "Writes the JSON in Latin-1",
      spoilText((text) => Buffer.from(text, "latin1"), has(/^[\0-\u00ff]*[\u0080-\u00ff][\0-\u00ff]*$/)),
      ["semantics.content"]
    ],
    ["json-utf16", "Writes the JSON in UTF-16", spoilText((text) => Buffer.from(text, "utf16le"))],
    [
      "json-utf16-astral",
      "Writes JSON with astral characters in UTF-16",
      spoilText((text) => Buffer.from(`\ufeff${text}`, "utf16le"), has(/[\u{10000}-\u{10ffff}]/u))
    ],
    [
      "json-cesu8",
      "Writes astral characters as two surrogates of three bytes",
      spoilText(cesu8, has(/[\ud800-\udfff]/)),
      ["semantics.content"]
    ],
    [
      "json-java-nul",
      "Writes U+0001 as bytes that are no UTF-8",
      spoilText((text) => bytesFor(text, "\\u0001", [0xc0, 0x81])),
      ["semantics.content"]
    ],
    ["json-trailing-garbage", "Writes a semicolon after the JSON", spoilText((text) => `${text};`)],
    ["json-trailing-nul", "Writes NUL after the JSON", spoilText((text) => `${text}\0`)],
    ["json-twice", "Writes the JSON twice", spoilText((text) => text + text, every(6))],
    [
      "json-warning-before",
      "Writes a warning before the JSON",
      spoilText((text) => `Warning: undefined index in send\n${text}`, isReply)
    ],
    ["json-prefix", "Writes the anti-hijacking prefix before the JSON", spoilText((text) => `)]}',\n${text}`)],
    ["json-trailing-comma", "Writes a comma after the last member", spoilText((text) => text.replace(/\}$/, ",}"))],
    [
      "json-single-quotes",
      "Writes single quotes",
      spoilText((text) => text.replace(/"platform":"twitter"/, "'platform':'twitter'"))
    ],
    [
      "json-nan",
      "Writes NaN for the attachment",
      spoilText((text) => text.replace('"attachment":null', '"attachment":NaN'))
    ],
    [
      "json-undefined",
      "Writes undefined for the attachment",
      spoilText((text) => text.replace('"attachment":null', '"attachment":undefined'), isReply)
    ],
    [
      "json-python",
      "Writes None and False",
      spoilText((text) => text.replaceAll(":null", ":None").replaceAll(":false", ":False"))
    ],
    ["json-comment", "Writes a comment after the JSON", spoilText((text) => `${text} /* v1 */`)],
    [
      "json-control-unescaped",
      "Leaves control characters unescaped",
      spoilText((text) =>
        text.replace(/\\u00[01][0-9a-f]/g, (s) => String.fromCharCode(Number.parseInt(s.slice(2), 16)))
      )
    ],
    ["json-tab-unescaped", "Leaves tabs unescaped", spoilText((text) => text.replace(/(?<!\\)\\t/g, "\t"))],
    ["json-newline-unescaped", "Leaves line feeds unescaped", spoilText((text) => text.replace(/(?<!\\)\\n/g, "\n"))],
    ["json-quote-unescaped", "Leaves double quotes unescaped", spoilText((text) => text.replace(/(?<!\\)\\"/g, '"'))],
    [
      "json-apostrophe-escaped",
      "Escapes apostrophes, which JSON does not know",
      spoilText((text) => text.replace(/'/g, "\\'"))
    ],
    ["json-x-escape", "Writes \\x7f for U+007F", spoilText((text) => text.replace(/\u007f/g, "\\x7f"))],
    [
      "json-text-length",
      "Counts characters for Content-Length, so that other scripts are cut short",
      lengthInUnits(),
      ["semantics.content"]
    ],
    ["json-cut-at-8192", "Cuts the body after 8,192 bytes", spoilText((text) => Buffer.from(text).subarray(0, 8192))],
    [
      "json-cut-rarely",
      "Cuts the body in the middle, one time in forty",
      spoilText((text) => text.slice(0, text.length >> 1), rarely(40))
    ],
    ["json-previous-tail", "Reuses a buffer, so that the end of a longer answer before stays", spoilText(previousTail)],
    ["json-wrapped-message", "Wraps the message in message", spoilText((text) => `{"message":${text}}`)],
    ["json-wrapped-data", "Wraps the message in data", spoilText((text) => `{"data":${text}}`)],
    ["json-wrapped-in-replies", "Wraps replies in data", spoilText((text) => `{"data":${text}}`, isReply)],
    ["json-array", "Wraps the message in an array", spoilText((text) => `[${text}]`)],
    [
      "json-array-in-second-thread",
      "Wraps the messages of one thread in an array",
      spoilText((text) => `[${text}]`, inSecondThread)
    ],
    ["json-string", "Encodes the JSON twice", spoilText((text) => JSON.stringify(text))],
    ["json-empty", "Answers 200 with an empty body", spoilText(() => "", every(16))],
    ["json-null", "Answers 200 with null", spoilText(() => "null", longer(400))],
    ["json-success", "Answers 200 with true", spoilText(() => "true")],
    [
      "json-html",
      "Answers 200 with an HTML page when the content holds a script",
      spoilText(() => "<html>Blocked</html>", has(/<script/i))
    ],
    [
      "json-error-in-200",
      "Answers 200 with an error for long content",
      spoilText(() => '{"error":{"code":"TOO_LONG"}}', longer(900)),
      ["accept.content"]
    ],
    [
      "json-gzip-unlabelled",
      "Compresses long answers and does not say so",
      spoilText((text) => gzipSync(text), longer(900))
    ],
    [
      "json-new-line-delimited",
      "Writes one member a line without commas",
      spoilText((text) => text.replaceAll(',"', '\n"'))
    ]
  ])
]

function cesu8(text: string): Buffer {
  const parts = text.split(/([\ud800-\udfff])/)
  return Buffer.concat(
    parts.map((part) => {
      const unit = part.charCodeAt(0)
      return unit >= 0xd800 && unit <= 0xdfff
        ? Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)])
        : Buffer.from(part)
    })
  )
}

function bytesFor(text: string, found: string, bytes: ReadonlyArray<number>): Buffer | string {
  const at = text.indexOf(found)
  return at < 0
    ? text
    : Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from(bytes), Buffer.from(text.slice(at + found.length))])
}

function lengthInUnits() {
  return spoilAnswer((a) => {
    const text = String(a.body)
    a.body = Buffer.from(text).subarray(0, text.length)
  })
}

function previousTail(text: string, x: Exchange): string {
  const before = String(x.world.memory.get("tail") ?? "")
  const written = before.length > text.length ? text + before.slice(text.length) : text
  x.world.memory.set("tail", text)
  return written
}

const broken: ReadonlyArray<Specimen> = table("protocol.no-server-error", "MUST", [
  [
    "answer-reset-rarely",
    "Resets the connection after a valid message, one time in fifty",
    reset((x, a) => a.status === 200 && rarely(50)(x))
  ],
  [
    "answer-reset-when-long",
    "Resets the connection when the content is longer than 900",
    reset((x, a) => a.status === 200 && longer(900)(x))
  ],
  [
    "answer-garbage",
    "Answers something that is not HTTP to every thirtieth message",
    {
      write: (x, a) => {
        if (a.status !== 200 || !every(30)(x)) return false
        x.request.socket.end("\u0000\u0001 not http\r\n\r\n")
        return true
      }
    }
  ],
  [
    "answer-short",
    "Promises more bytes than it sends, and closes the connection",
    {
      write: (x, a) => {
        if (a.status !== 200 || !isReply(x)) return false
        const body = Buffer.from(String(a.body))
        x.request.socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length + 10}\r\n\r\n${body}`
        )
        return true
      }
    },
    ["response.json"]
  ],
  [
    "answer-chunk-unfinished",
    "Closes the connection before the last chunk",
    {
      write: (x, a) => {
        if (a.status !== 200 || !every(20)(x)) return false
        const body = Buffer.from(String(a.body))
        x.request.socket.end(
          `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n` +
            `${body.length.toString(16)}\r\n${body}\r\n`
        )
        return true
      }
    },
    ["response.json"]
  ]
])

/**
 * Servers whose answer to an accepted message is wrong in its status, head, JSON or keys.
 *
 * @since 0.1.0
 * @category specimens
 */
export const response: ReadonlyArray<Specimen> = [...head, ...keys, ...broken]

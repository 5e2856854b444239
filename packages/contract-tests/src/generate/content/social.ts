import * as fc from "fast-check"
import { cp, define, oneOf, placed, range, run, spaced, text, within } from "./model.js"

export const contact = define({
  id: "contact",
  title: "addresses, phone and card numbers, secrets that a server may hide",
  matches: /@|\d{3}|password|Bearer|\d+\.\d+/i,
  examples: [
    "jane@example.com",
    "+1 (555) 010-9999",
    "call 0049 30 901820",
    "4111 1111 1111 1111",
    "password: hunter2 token: abc secret",
    "api_key=AKIAIOSFODNN7EXAMPLE 123-45-6789 DE89370400440532013000 secret",
    "Authorization: Bearer abc123",
    "192.168.0.1 ::1 127.0.0.1:8080"
  ],
  arbitrary: spaced(
    fc.oneof(
      fc.emailAddress({ size: "small" }),
      run(within([0x30, 0x39]), 13, 7).map((n) => `+${n}`),
      run(within([0x30, 0x39]), 16, 16),
      fc.ipV4(),
      text.map((t) => `password=${t}`)
    )
  )
})

export const mention = define({
  id: "mention",
  title: "mentions, hashtags, tickers",
  matches: /[@#$＠＃]/u,
  examples: [
    "@jane hi",
    "hi @jane, @john_doe!",
    "<@U123> <#C1|x> <!here>",
    "#1 #tag_x #日本語",
    "$TSLA up, $BTC.X",
    "＠全角 ＃全角",
    "cc @all @everyone @here @a @b @c @d @e @f @g @h #a #B #c #d #e #f"
  ],
  arbitrary: placed(
    fc.tuple(oneOf(["@", "#", "$"]), run(within([0x61, 0x7a], [0x30, 0x39]), 15)).map((parts) => parts.join(""))
  )
})

export const command = define({
  id: "command",
  title: "commands and words that services act upon",
  matches: /^(?:[/!.\\]\w|STOP|HELP|START|UNSUBSCRIBE|CANCEL|QUIT|END|INFO|me\b|RT\b|d\b|DM\b)/i,
  examples: ["/help", "/me waves", "!help", "STOP", "stop", "HELP", "UNSUBSCRIBE", "RT @jane: hi", "d jane hi"],
  arbitrary: fc
    .tuple(
      oneOf(["/", "!", "."]),
      run(within([0x61, 0x7a]), 10),
      fc.oneof(
        fc.constant(""),
        text.map((t) => ` ${t}`)
      )
    )
    .map((parts) => parts.join(""))
})

const faces = [
  ":)",
  ":-)",
  ":(",
  ";-)",
  ":D",
  "<3",
  ":P",
  "XD",
  ":/",
  ":'(",
  "¯\\_(ツ)_/¯",
  "(╯°□°)╯︵ ┻━┻",
  "^_^",
  "o_O",
  "</3",
  ":*",
  "8)",
  "=)",
  ":o"
]
const codes = [":smile:", ":+1:", ":heart:", ":thumbsup:", ":not_a_code:", "::", ":100:"]

export const emoticon = define({
  id: "emoticon",
  title: "emoticons and emoji short codes",
  matches: /[:;=8XxoO^<¯(][\S]|:\w+:/u,
  examples: [
    ":) ;-) :( :D :P :-)",
    "I <3 u :*",
    ":smile:",
    ":+1: ok :heart: :joy: :fire: :tada: (y) (n)",
    ":not_a_code: 10:30:45",
    "(╯°□°)╯︵ ┻━┻"
  ],
  arbitrary: spaced(fc.oneof(oneOf(faces), oneOf(codes)))
})

const typed = [
  "...",
  "--",
  "---",
  "(c)",
  "(C)",
  "(r)",
  "(tm)",
  "1/2",
  "3/4",
  "->",
  "<-",
  "=>",
  "!=",
  ">=",
  "1st",
  "2x4",
  "``x''",
  "..",
  "+-",
  "<<",
  ">>",
  "''"
]
const set = [..."…–—©®™½→←⇒≠≥×•·‐‑‒―′″°§¶†‡¿¡"]

export const typography = define({
  id: "typography",
  title: "what editors replace: dots, dashes, (c), fractions, arrows",
  matches:
    /\.\.|--|\((?:c|r|tm)\)|\d\/\d|->|<-|=>|!=|>=|\dst|\dx\d|``|''|\+-|<<|>>|[…–—©®™½→←⇒≠≥×•·‐‑‒―′″°§¶†‡¿¡]|!!|\?\?|teh|\bi\b/iu,
  examples: [
    "what ?! no!! why?? « e » ( d ) ;",
    "wait...",
    "a -- b --- c",
    "(c) (r) (tm) 1/2 3/4",
    "-> <- => != >= +- << >>",
    "dash – em — dots … © ® ™",
    `set ${set.join(" ")} end`,
    "i think teh dont recieve."
  ],
  arbitrary: placed(fc.oneof(oneOf(typed), oneOf(set)))
})

const filtered = [
  "damn",
  "hell",
  "crap",
  "shit",
  "idiot",
  "Scunthorpe",
  "cocktail",
  "assess",
  "sex",
  "kill",
  "hate",
  "drugs",
  "viagra",
  "casino",
  "crypto",
  "bitcoin",
  "free money",
  "click here",
  "buy now",
  "winner",
  "lottery",
  "spam",
  "scam",
  "test",
  "porn",
  "weed",
  "suicide",
  "bomb"
]

export const filteredWord = define({
  id: "filtered-word",
  title: "words that filters act upon",
  matches: new RegExp(filtered.join("|"), "i"),
  examples: [
    "damn",
    "this is crap, idiot",
    "shit happens",
    "Scunthorpe cocktail assess Dickens",
    "FREE MONEY!!! CLICK HERE NOW!!!",
    "test",
    "kill bomb hate weed porn",
    "fuck the bitch, bastard: viagra casino bitcoin crypto lottery"
  ],
  arbitrary: spaced(oneOf(filtered.flatMap((word) => [word, word.toUpperCase()])))
})

/** One by one, the questions cost a third of what they cost as one expression. */
const isRepetitive = (content: string): boolean =>
  /(.{1,24}?)\1{2}/su.test(content) ||
  /(\b.{2,24}\b)\s\1/su.test(content) ||
  (content.includes("\n") && /(\S+)\n\1/su.test(content))

export const repetition = define({
  id: "repetition",
  title: "repeated characters, words and lines",
  // Looked for near the beginning only: the search takes time that grows with the square of the length.
  matches: (content) => isRepetitive(content.slice(0, 80)),
  examples: ["aaaa", "sooooo goooood", "ha".repeat(60), "the the", "same\nsame\nsame", "??????!!!!!!"],
  arbitrary: fc
    .tuple(fc.oneof(within([0x21, 0x7e]), run(within([0x61, 0x7a]), 6), text), fc.integer({ min: 3, max: 12 }))
    .map(([unit, n]) => unit.slice(0, 24).repeat(n))
})

const sequences = [
  "\u001b[0m",
  "\u001b[31m",
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u009b1m",
  "\u001b[1;1H",
  "\b \b",
  "\u001bc"
]

export const terminal = define({
  id: "terminal",
  title: "terminal escape sequences",
  matches: /[\u001b\u009b\u0007\b]/,
  examples: ["\u001b[31mred\u001b[0m", "\u001b[2J\u001b[1;1H", "\u009b1mx"],
  arbitrary: placed(oneOf(sequences))
})

export const symbol = define({
  id: "symbol",
  title: "symbols, currencies, box drawing, mathematics, music, arrows",
  matches: /\p{S}/u,
  examples: [
    "€100 £5 ¥7 ₹9 ₿1 ₽ ₩ ¢ ¤",
    "∀x∈ℝ: ⌈x⌉ ≥ ∑∫√∞ ≈ ≠ ÷ ×",
    "┌─┐│ │└─┘ █▓▒░ ▲▼◆",
    `${range(0x1d100, 0x1d10f).join("")} ${range(0x1f700, 0x1f70f).join("")}`
  ],
  arbitrary: placed(
    run(within([0x2190, 0x2211], [0x2500, 0x257f], [0x20a0, 0x20bf], [0x2600, 0x2603], [0x1d100, 0x1d126]), 12).map(
      (s) => `${s}€`
    )
  )
})

export const prose = define({
  id: "prose",
  title: "what people really write",
  matches: /[A-Za-z]{2,}/,
  examples: [
    "Hey, I'm reaching out from Acme Agency...",
    "On my way; see you at 5 (maybe 5:15).",
    "First paragraph.\n\nSecond paragraph, with a list:\n- one\n- two\n\nBest,\nJane",
    "ok so basically i was like \"no way\" & he's all 'yes way' lol 😂😂 https://example.com #wow @jane",
    "message content threadId text body id"
  ],
  arbitrary: fc.array(text, { minLength: 1, maxLength: 8 }).map((parts) => `So ${parts.join(". ")}.`)
})

/** Kept out of the classes: a server may refuse these, yet has to make up its mind. */
export const unfaithful: ReadonlyArray<string> = [
  "\u0000",
  "\u0000start",
  "mid\u0000dle",
  "end\u0000",
  "a\u0000b\u0000c",
  "\ud83d",
  "\ude00",
  "\ud800",
  "\udfff",
  "\ude00\ud83d",
  "high\ud83dmiddle",
  "low\ude00middle",
  "end\ud83d",
  "\ude00start",
  "\ud83d\ud83d\ude00",
  `${cp(0x1f600)}\udc00`
]

export const unfaithfulArbitrary: fc.Arbitrary<string> = placed(
  run(
    fc.oneof(
      fc.constant("\u0000"),
      fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit))
    ),
    2
  )
)
  // Two lone halves can meet as a whole pair.
  .map((content) => (/[\u0000\p{Cs}]/u.test(content) ? content : `${content}\ud800`))

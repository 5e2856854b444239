import * as fc from "fast-check"
import { cp, define, oneOf, placed, range, run, text, within } from "./model.js"

const selectors = [...range(0xfe00, 0xfe0f), ...range(0xe0100, 0xe01ef)]

export const variationSelector = define({
  id: "variation-selector",
  title: "variation selectors 1 to 256",
  matches: /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u,
  examples: [
    "\ufe0f",
    "\u2764\ufe0f",
    `a${range(0xfe00, 0xfe0f).join("b")}c`,
    `\u845b${cp(0xe0100)} \u8fbb${cp(0xe0101)}`,
    `a${range(0xe0100, 0xe01ef).join("")}c`,
    `\ufe00word${cp(0xe01ef)}`
  ],
  arbitrary: placed(fc.oneof(run(oneOf(selectors), 3), oneOf(["\u2764\ufe0f", "\u263a\ufe0e", `\u845b${cp(0xe0100)}`])))
})

const tags = [cp(0xe0001), ...range(0xe0020, 0xe007f)]

const tagged = (base: string, word: string): string =>
  base + [...word].map((c) => cp(0xe0000 + (c.codePointAt(0) ?? 0))).join("") + cp(0xe007f)

export const tag = define({
  id: "tag",
  title: "tag characters of plane 14",
  matches: /[\u{e0000}-\u{e007f}]/u,
  examples: [tagged("\u{1f3f4}", "gbeng"), `${cp(0xe0041)}word${cp(0xe007f)}`, `a${tags.join("")}c`, cp(0xe0001)],
  arbitrary: placed(fc.oneof(run(oneOf(tags), 6), fc.constant(tagged("\u{1f3f4}", "gbwls"))))
})

// Escaped throughout: an editor or a diff tool that normalises would change the meaning of these lines.
const canonical = [
  "e\u0301",
  "\u00e9",
  "A\u030a",
  "\u212b",
  "\u212a",
  "\u2126",
  "\u0344",
  "\u0387",
  "\u037e",
  "\u1fef",
  "\u2000",
  "\u2329",
  "\u0958",
  "\u09dc",
  "\u0f43",
  "\ufb2a",
  "\ufb1d",
  "\u2adc",
  "\u1100\u1161\u11a8",
  "\uac00\u11a8",
  "\uac01",
  "\uf900",
  "\ufa10",
  "\u{2f800}",
  "\u{1d15e}",
  "\u{1109a}",
  "q\u0323\u0307",
  "q\u0307\u0323",
  "a\u0315\u0300\u05ae\u0328",
  "o\u0302\u0300",
  "\u1ed3",
  "u\u0308\u0304",
  "\u1e9b\u0323",
  "n\u0303",
  "\u0b47\u0b3e",
  "\u1025\u102e",
  "\u304b\u3099",
  "\u30cf\u309a"
]

export const canonicalForm = define({
  id: "canonical-form",
  title: "text that NFC or NFD would change",
  matches: (content) => content.normalize("NFC") !== content || content.normalize("NFD") !== content,
  examples: [
    "e\u0301",
    "caf\u00e9",
    "\u212b \u212a \u2126",
    "\u0958 \u09dc \u0f43 \ufb2a \u2adc",
    "\u1100\u1161\u11a8 \uac01 \uac00\u11a8",
    "\uf900 \ufa10 \u{2f800} \u{2fa1d}",
    "Ti\u00ea\u0301ng Vie\u0323\u0302t",
    `all ${canonical.join(" ")} end`
  ],
  arbitrary: placed(
    fc.oneof(
      run(oneOf(canonical), 5),
      fc
        .tuple(within([0x61, 0x7a]), run(within([0x0300, 0x0314], [0x0323, 0x0333]), 4, 2))
        .map(([base, marks]) => `e\u0301${base}${marks}`),
      run(within([0xac00, 0xd7a3]), 8),
      run(within([0xf900, 0xfa0d], [0x2f800, 0x2fa1d]), 6)
    )
  )
})

const compatible = [
  ..."ﬀﬁﬂﬃﬄﬅﬆŉǆ№℡™℠℃℻㎏㎡㏂¼½¾⅓⅞²³¹ªºⅣⅷ①⑳⑴⒈⒜ⒶⓐＡｚ０９！～ｱｲｳﾞﾟﾊ｡ﾡ㈱㊙㍿㌀㋿…‥ﷺﷲﹰ",
  "𝐀",
  "𝒜",
  "𝔄",
  "𝟘",
  "🄰",
  "🅰",
  "🈁",
  "\u3131",
  "\u{1ee00}",
  "\u2011",
  "\u00b4",
  "\u00b5",
  "\u017f",
  "\u02b0",
  "\u1d2c",
  "\u2071"
]

export const compatibleForm = define({
  id: "compatible-form",
  title: "text that NFKC would change: ligatures, full width, circled, mathematical, fractions",
  matches: (content) => content.normalize("NFKC") !== content,
  examples: [
    "ﬁnd oﬀer",
    "Ｆｕｌｌ　ｗｉｄｔｈ１２３！",
    "ｶﾞﾊﾟﾝ",
    "𝓗𝓮𝓵𝓵𝓸 𝕎𝟘𝕣𝕝𝕕 𝚖𝚘𝚗𝚘",
    "½ ¼ ⅓ № ™ ℡ ℃ ㎏",
    `all ${compatible.join(" ")} end`
  ],
  arbitrary: placed(
    fc.oneof(
      run(oneOf(compatible.filter((c) => c.normalize("NFKC") !== c)), 6),
      run(within([0xff01, 0xff5e]), 12),
      run(within([0x1d400, 0x1d433]), 12)
    )
  )
})

const marks = within([0x0300, 0x034e], [0x0350, 0x036f], [0x1ab0, 0x1abd], [0x1dc0, 0x1dff], [0x20d0, 0x20e0])

const piled = (letters: string, depth: number): string =>
  [...letters].map((c, i) => c + range(0x0300 + i, 0x0300 + i + depth - 1).join("")).join("")

export const combining = define({
  id: "combining",
  title: "combining marks: first, stacked, enclosing",
  matches: /\p{M}/u,
  examples: [
    "\u0301",
    "\u0301abc",
    "e\u0301\u0316 a\u0323\u0302",
    piled("zalgo", 12),
    `a${range(0x0300, 0x0362).join("")}`,
    "\u0e33\u0e49 \u093f \u0bbe",
    "\u064e\u0644\u0651\u064e\u0647"
  ],
  arbitrary: placed(
    fc.oneof(
      run(marks, 3),
      fc
        .array(fc.tuple(within([0x61, 0x7a]), run(marks, 8)), { minLength: 1, maxLength: 8 })
        .map((parts) => parts.flat().join(""))
    )
  )
})

const cased = [..."ıİIiſßẞςσΣǄǅǆǈÅåµμΐΰŉǰẖẞϴθΩωKkﬀԱևᏣꭰᲓდⴀⰀⱰ𐐀𐐨Ⓐⓐ"]

export const casing = define({
  id: "casing",
  title: "letters whose case changes in surprising ways, and all of one case",
  matches: /\p{Lu}|\p{Lt}|\p{Ll}/u,
  examples: [
    "HELLO WORLD",
    "hello world",
    "iIıİ I\u0307 i\u0307",
    "straße STRASSE STRAẞE",
    "ΟΔΥΣΣΕΥΣ Οδυσσεύς σς ſuſ ǄǅǆǇǈǉ ᏣᎳᎩ ꮳꮃꭹ 𐐔𐐯𐐳𐑅",
    "ᲓᲔᲓᲐ დედა Ⴃ ⴃ",
    "𐐐𐐯𐐳𐑅 𞤀𞤢"
  ],
  arbitrary: placed(
    fc.oneof(
      run(oneOf(cased), 12),
      run(within([0x41, 0x5a]), 20),
      run(within([0xc0, 0xd6], [0x370, 0x373], [0x386, 0x386], [0x388, 0x38a], [0x38e, 0x3a1], [0x400, 0x481]), 20)
    )
  )
})

const plainEmoji = [..."😀😂🥰👍🔥🎉💯🙏🤖🦄🍕⚽⌚⏰⭐✅❗❓🀄🃏🆗🈚🛸🧠🪐🫠🫨"]

export const emoji = define({
  id: "emoji",
  title: "plain emoji",
  matches: /\p{Emoji_Presentation}|\p{Extended_Pictographic}/u,
  examples: ["🔥", "😀😀😀", "😀 first", "last 😀", plainEmoji.join(""), "🫠🫨🪿"],
  arbitrary: placed(run(oneOf(plainEmoji), 8))
})

const zwj = ["👨‍👩‍👧‍👦", "👩‍💻", "🏳️‍🌈", "🏴‍☠️", "👁️‍🗨️", "❤️‍🔥", "👩🏽‍❤️‍💋‍👨🏿", "🧑🏻‍🤝‍🧑🏿", "🐻‍❄️", "🏃🏾‍♀️‍➡️", "🙂‍↔️"]

export const emojiZwj = define({
  id: "emoji-zwj",
  title: "emoji joined with ZWJ",
  matches: /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]*\u200d\p{Extended_Pictographic}/u,
  examples: ["👨‍👩‍👧‍👦", "flag 🏳️‍🌈", zwj.join(" ")],
  arbitrary: placed(run(oneOf(zwj), 4))
})

const modified = [..."👍✋👶🧑🤘💪"].flatMap((base) => range(0x1f3fb, 0x1f3ff).map((tone) => base + tone))

export const emojiModifier = define({
  id: "emoji-modifier",
  title: "emoji with skin tones",
  matches: /[\u{1f3fb}-\u{1f3ff}]/u,
  examples: ["👍🏿", "ok 👍🏽!", modified.slice(0, 10).join(" ")],
  arbitrary: placed(fc.oneof(run(oneOf(modified), 5), within([0x1f3fb, 0x1f3ff])))
})

const flags = ["🇩🇪", "🇺🇸", "🇯🇵", "🇧🇷", "🇺🇳", "🇪🇺", "🇽🇰"]
const keycaps = [..."0123456789#*"].flatMap((c) => [`${c}\ufe0f\u20e3`, `${c}\u20e3`])

export const emojiFlag = define({
  id: "emoji-flag",
  title: "flags and keycaps",
  matches: /[\u{1f1e6}-\u{1f1ff}]|[0-9#*]\ufe0f?\u20e3/u,
  examples: ["🇩🇪", "🇩", "🇩🇪🇺", "1\ufe0f\u20e3", `keys ${keycaps.join(" ")}`],
  arbitrary: placed(run(fc.oneof(oneOf(flags), oneOf(keycaps), within([0x1f1e6, 0x1f1ff])), 6))
})

const ltr = [
  "Zażółć gęślą jaźń, ðøåñ ŵŷ",
  "Tiếng Việt thật đẹp",
  "Привет, мир! Ёж їжак",
  "Καλημέρα κόσμε",
  "Բարեւ աշխարհ",
  "გამარჯობა",
  "नमस्ते दुनिया",
  "হ্যালো বিশ্ব",
  "ਸਤ ਸ੍ਰੀ ਅਕਾਲ",
  "નમસ્તે",
  "ନମସ୍କାର",
  "வணக்கம்",
  "నమస్కారం",
  "ನಮಸ್ಕಾರ",
  "നമസ്കാരം",
  "ආයුබෝවන්",
  "สวัสดีชาวโลก",
  "ສະບາຍດີ",
  "བཀྲ་ཤིས་བདེ་ལེགས།",
  "မင်္ဂလာပါ",
  "សួស្តី",
  "ᠮᠣᠩᠭᠣᠯ",
  "ሰላም ልዑል፡",
  "ᎣᏏᏲ",
  "ᐃᓄᒃᑎᑐᑦ",
  "ᚑᚌᚐᚋ",
  "ᚠᚢᚦᚨᚱᚲ",
  "ⰃⰎⰀⰃⰑⰎ",
  "ⲕⲏⲙⲉ",
  "𐌲𐌿𐍄𐌹𐍃𐌺",
  "𐐔𐐯𐑅𐐨𐑉𐐯𐐻",
  "𒀀𒁀𒂀",
  "𓀀𓂀𓃀",
  "𐀀𐀁𐀂",
  "你好，世界。",
  "繁體中文：「測試」",
  "こんにちは、カタカナー",
  "안녕하세요 세계",
  "ꆈꌠꁱꂷ",
  "ꕙꔤ",
  "ꦗꦮ",
  "ᬩᬮᬶ",
  "ⵜⵉⴼⵉⵏⴰⵖ",
  "⠓⠑⠇⠇⠕",
  "ㄅㄆㄇ",
  "𠀀𠮷𪚥𫝀"
]

export const script = define({
  id: "script",
  title: "words in the scripts of the world",
  matches: /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]|[\u00c0-\u024f\u1e00-\u1eff]/u,
  examples: [
    ...["Zażółć gęślą jaźń, ðøåñ ŵŷ", "Привет, мир! Ёж їжак"],
    ...["नमस्ते दुनिया", "สวัสดีชาวโลก", "こんにちは、カタカナー", "안녕하세요 세계"],
    ltr.slice(4, 10).join(" "),
    [ltr[1], ...ltr.slice(3, 4), ...ltr.slice(10, 16)].join(" "),
    ltr.slice(17, 23).join(" "),

    ltr.slice(23, 34).join(" "),
    ltr.slice(34).join(" "),
    "Раураl vs Paypal"
  ],
  arbitrary: placed(
    fc
      .oneof(
        oneOf(ltr),
        run(
          within(
            [0x00c0, 0x024f],
            [0x0370, 0x03ff],
            [0x0400, 0x052f],
            [0x0900, 0x0dff],
            [0x0e01, 0x0fbc],
            [0x1200, 0x137c]
          ),
          20
        ),
        run(within([0x3041, 0x30ff], [0x4e00, 0x9fff], [0xac00, 0xd7a3]), 20)
      )
      .map((words) => `${words}ж`)
  )
})

const rtl = [
  "שלום עולם",
  "בְּרֵאשִׁית בָּרָא",
  "مرحبا بالعالم",
  "سلام دنیا، خوبی؟",
  "ہیلو دنیا۔",
  "ܫܠܡܐ ܥܠܡܐ",
  "ހެލޯ ދުނިޔެ",
  "ߒߞߏ ߖߡߊߣߊ",
  "ࠔࠌࠓࠉࠌ",
  "𞤀𞤣𞤤𞤢𞤥",
  "𐤀𐤁𐤂",
  "𐡀𐡁𐡂",
  "𐫀𐫁𐫂"
]

export const rightToLeft = define({
  id: "right-to-left",
  title: "right-to-left scripts, alone and mixed with left-to-right",
  matches: /[\u0590-\u08ff\ufb1d-\ufdfc\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1eeff}]/u,
  examples: ["שלום עולם", "בְּרֵאשִׁית בָּרָא", "مرحبا بالعالم", rtl.slice(3).join(" "), "abc שלום 123 (עולם) def!"],
  arbitrary: placed(
    fc.oneof(oneOf(rtl), run(within([0x05d0, 0x05ea], [0x0621, 0x064a], [0x0710, 0x072f], [0x10900, 0x10915]), 20))
  )
})

const planeEnds = Array.from({ length: 17 }, (_, plane) => [
  cp(plane * 0x10000 + 0xfffe),
  cp(plane * 0x10000 + 0xffff)
]).flat()

const nonCharacters = [...range(0xfdd0, 0xfdef), ...planeEnds]

export const nonCharacter = define({
  id: "non-character",
  title: "non-characters",
  matches: /\p{Noncharacter_Code_Point}/u,
  examples: [
    "\uffff",
    "\ufffeword\uffff",
    "\ufdd0word\ufdef",
    cp(0x10ffff),
    `${cp(0x1ffff)}word${cp(0x10fffe)}`,
    `a${nonCharacters.join("b")}c`
  ],
  arbitrary: placed(run(oneOf(nonCharacters), 3))
})

export const privateUse = define({
  id: "private-use",
  title: "private-use characters",
  matches: /\p{Co}/u,
  examples: ["\ue000", "\ue000word\uf8ff", `${cp(0xf0000)}word${cp(0x10fffd)}`],
  arbitrary: placed(run(within([0xe000, 0xf8ff], [0xf0000, 0xffffd], [0x100000, 0x10fffd]), 6))
})

export const supplementary = define({
  id: "supplementary",
  title: "characters beyond the basic plane",
  matches: /[\u{10000}-\u{10ffff}]/u,
  examples: ["𝄞word𐍈", cp(0x10000), `${cp(0x2fa1d)}${cp(0x30000)} ends`, "a𝒳b𐀀c𓀀d🀀e𠀀f"],
  arbitrary: placed(run(within([0x10000, 0x1fffd], [0x20000, 0x3134a], [0xe0100, 0xe01ef]), 12))
})

const digits = [
  ..."٠١٢٣٤٥٦٧٨٩",
  ..."۰۱۲۳۴۵۶۷۸۹",
  ..."०१२३४५६७८९",
  ..."০১২৩",
  ..."๐๑๒๓",
  ..."０１２３９",
  ..."𝟎𝟏𝟘𝟙",
  ..."一二三",
  ..."ⅠⅡⅫ",
  ..."²³¹₀₁",
  ..."①②",
  ..."½¾"
]

export const foreignDigits = define({
  id: "foreign-digits",
  title: "digits of other scripts",
  matches: /(?![0-9])\p{N}|[一二三]/u,
  examples: ["٣", "١٢٣", "१२३", "１２３", "๑๒๓", "𝟏𝟐𝟑", "Ⅻ"],
  arbitrary: placed(run(oneOf(digits), 12))
})

const everything = within(
  [0x01, 0x7f],
  [0x80, 0x7ff],
  [0x800, 0xd7ff],
  [0xe000, 0xffff],
  [0x10000, 0x1ffff],
  [0x20000, 0x3ffff],
  [0xe0000, 0xe01ef],
  [0xf0000, 0x10ffff]
)

export const anything = define({
  id: "any-plane",
  title: "a mixture of all planes",
  matches: (content) => /[\u{10000}-\u{10ffff}]/u.test(content) && /[\u0001-\uffff]/u.test(content),
  examples: [`mix \u0001é\u2028漢\uffff😀${cp(0xe0020)}${cp(0xf0000)}${cp(0x10ffff)} end`],
  arbitrary: fc
    .oneof(run(everything, 20), run(everything, 400))
    .chain((noise) => fc.tuple(text, within([0x10000, 0x10ffff])).map(([t, c]) => t + noise + c))
})

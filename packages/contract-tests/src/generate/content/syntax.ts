// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders are the contents under test
import * as fc from "fast-check"
import { define, oneOf, placed, run, spaced, text, within } from "./model.js"

const elements = ["b", "i", "br", "p", "script", "img", "a", "svg", "style", "div", "x-y", "!DOCTYPE html", "?xml"]

export const markup = define({
  id: "markup",
  title: "HTML and XML",
  matches: /[<>]/,
  examples: [
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "<![CDATA[a < b]]>",
    "Read this <!-- not this --> and that",
    "Before <script>alert(1)</script> and after it, in a sentence",
    "<iframe src=x></iframe><svg onload=alert(1)>",
    "<!DOCTYPE html><p>a page",
    "<img src=x onerror=alert(1)>",
    "a<b",
    "<!-- comment -->",
    '<?xml version="1.0"?><a/>',
    '<a href="javascript:alert(1)">x</a>',
    "one<br>two<br/>three<hr /><p>four</p> /* five */ six // seven",
    "<3 <- -> <= =>"
  ],
  arbitrary: placed(
    fc.oneof(
      fc.tuple(oneOf(elements), text).map(([name, t]) => `<${name}>${t}</${name}>`),
      oneOf(elements).map((name) => `<${name}/>`),
      oneOf(["<", ">", "<>", "</", "<!--", "-->", "]]>", "<b", "<!", "<?"])
    )
  )
})

const entities = [
  "&amp;",
  "&lt;",
  "&gt;",
  "&quot;",
  "&#39;",
  "&#x27;",
  "&apos;",
  "&nbsp;",
  "&eacute;",
  "&#128512;",
  "&amp"
]

export const entity = define({
  id: "entity",
  title: "character entities and bare ampersands",
  matches: /&/,
  examples: [
    "a & b",
    "&lt;b&gt; &#39;&quot;&apos; &nbsp; &amp;amp;",
    "&amp;",
    "&eacute;&#233;&#xe9;",
    "&#128512;",
    "R&D",
    "&bogus; &",
    "NUL as &#0; and &#x0;",
    "&amp &lt &gt &copy &#38 &#x26 &"
  ],
  arbitrary: placed(fc.oneof(oneOf(entities), oneOf(["&", "&&", "&x;", "&#", "&#0;"])))
})

const markdown = [
  "*a*",
  "**a**",
  "_a_",
  "__a__",
  "~~a~~",
  "`a`",
  "```\na\n```",
  "# a",
  "> a",
  "- *a*",
  "1. *a*",
  "[a](b)",
  "![a](b)",
  "||a||",
  "---\n# a",
  "[b]a[/b]",
  "[url=x]a[/url]"
]

export const markdownLike = define({
  id: "markdown",
  title: "Markdown and BBCode",
  matches: /[*_~`#>|[\]]|^\d+\.|^-/m,
  examples: [
    "**bold** *it* _u_ ~~s~~ `code`",
    "## Sub\n- one\n* two\n1. three\n3. four",
    "> quote",
    "![alt](https://example.com/a.png)",
    "[text](https://example.com)",
    "```js\nlet a = `b`\n```",
    "[b]bold[/b] [i]it[/i] [url=http://a.b]x[/url]",
    "snake_case_name 2*3*4"
  ],
  arbitrary: placed(oneOf(markdown))
})

const quotes = [..."'\"`´‘’‚“”„«»‹›「」『』′″"]

export const quote = define({
  id: "quote",
  title: "quotation marks, straight and typographic",
  matches: /['"`´‘’‚“”„«»‹›「」『』′″]/u,
  examples: [
    "it's",
    'say "hi"',
    '"quoted"',
    "'quoted'",
    "„unten“ «guillemets» ‹x› 「鉤」",
    'O\'Brien & "Co"',
    `all ${quotes.join(" ")} end`
  ],
  arbitrary: placed(run(oneOf(quotes), 4))
})

export const backslash = define({
  id: "backslash",
  title: "backslashes and escape sequences spelled out",
  matches: /\\/,
  examples: [
    "a\\b",
    "line\\nbreak\\ttab\\r",
    "trailing\\",
    "\\\\",
    "\\u0041",
    "\\u0000",
    "\\u00e9\\ud83d\\ude00",
    "\\x41\\101\\e[0m",
    '\\"',
    "\\0",
    "\\/ \\u{41} \\' \\% \\_ \\1 \\b \\N{DASH}"
  ],
  arbitrary: placed(
    fc.oneof(
      run(oneOf(["\\", "\\n", "\\\\", '\\"', "\\'", "\\u0041", "\\x41", "\\t", "\\/", "\\0"]), 4),
      text.map((t) => `\\${t}`)
    )
  )
})

export const percent = define({
  id: "percent",
  title: "percent escapes, format codes, plus signs",
  matches: /[%+]/,
  examples: [
    "a%20b",
    "%E2%82%AC",
    "%00",
    "%0A%0D",
    "%s %d %n %x %p %1$s",
    "%(name)s",
    "1+1=2",
    "%25%32%30",
    "caf%u00e9",
    "%2e%2e%2fetc"
  ],
  arbitrary: placed(
    run(
      fc.oneof(oneOf(["%20", "%41", "%C3%A9", "%s", "%d", "%%", "+", "%", "%n", "%00"]), within([0x41, 0x5a])),
      5
    ).map((s) => `${s}%2B`)
  )
})

const names = ["name", "x", "7*7", "user.email", "0", "config", "first_name"]

export const template = define({
  id: "template",
  title: "template and replacement patterns",
  matches: /\{|\$|<%|#\{|\[\[|%\w+%/,
  examples: [
    "{{name}}",
    "Hello {{name}}, how are you today?",
    "${x}",
    "#{x}",
    "<%= x %>",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %> {{ 7 * 7 }} *{7*7} [[7*7]] @(7*7)",
    "{0} {1}",
    "$& $` $' $$",
    "${jndi:ldap://127.0.0.1/a}",
    "%name% :name $(x)",
    "$1 $2 [[wiki]] [[a|b]] $HOME %PATH% 100%% {name} {0:d} ?"
  ],
  arbitrary: placed(
    fc
      .tuple(oneOf(names), oneOf(["{{|}}", "${|}", "#{|}", "<%= | %>", "{|}", "{% | %}", "{{{|}}}", "$|", "$(|)"]))
      .map(([name, frame]) => frame.replace("|", () => name))
  )
})

const keys = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "length",
  "__defineGetter__",
  "then"
]

export const propertyName = define({
  id: "property-name",
  title: "names that objects already have",
  matches: /\b(?:__\w+__|constructor|prototype|toString|hasOwnProperty|valueOf|length|then)\b/,
  examples: ["__proto__", "constructor", "toString", "prototype length then"],
  arbitrary: spaced(oneOf(keys))
})

const injections = [
  "' OR 1=1 --",
  "'; DROP TABLE messages; --",
  "1; SELECT pg_sleep(0)",
  "admin'--",
  '" OR ""="',
  "SELECT * FROM users",
  "union select null",
  "insert into x values (1)",
  "LIKE '%_%'",
  "$where",
  "{ $gt: '' }",
  '{"$ne":null}',
  "; ls -la",
  "| cat /etc/passwd",
  "`id`",
  "$(id)",
  "&& reboot",
  "*)(uid=*))(|(uid=*",
  "eval(1)",
  "<?php echo 1; ?>",
  "require('fs')",
  "() { :; }; echo x"
]

export const injection = define({
  id: "injection",
  title: "SQL, NoSQL, LDAP, shell and code",
  matches: /--|;|\bOR\b|SELECT|select|insert|LIKE|\$|\||`|&&|\)\(|\w\(/i,
  examples: [
    "' OR 1=1 --",
    "'; DROP TABLE messages; --",
    "SELECT * FROM users",
    "$where",
    "{ $gt: '' }",
    "; ls -la | cat",
    "$(id) `id` && reboot || true",
    "<?php echo 1; ?>"
  ],
  arbitrary: spaced(oneOf(injections))
})

export const path = define({
  id: "path",
  title: "file paths",
  matches: /[/\\]|\.\.|~/,
  examples: [
    "../../etc/passwd",
    "/etc/passwd",
    "..",
    "C:\\Windows\\win.ini",
    "~/notes.txt",
    "..%2f..%2f etc",
    "..\\..\\boot.ini file:///etc/hosts",
    "con.txt NUL aux ~"
  ],
  arbitrary: placed(
    fc
      .tuple(
        oneOf(["/", "../", "./", "C:\\", "file:///", "~/", "\\\\"]),
        fc.array(run(within([0x61, 0x7a]), 6), { minLength: 1, maxLength: 5 })
      )
      .map(([root, parts]) => root + parts.join("/"))
  )
})

const urls = [
  "https://example.com",
  "http://example.com/",
  "http://example.com:80/a/../b",
  "HTTPS://EXAMPLE.COM/Path",
  "https://example.com/?utm_source=x&utm_medium=y&id=1&fbclid=abc",
  "https://user@example.com/a?b=c&d=e#f",
  "www.example.com",
  "example.com",
  "https://xn--bcher-kva.example/",
  "https://bücher.example/ä?ö=ü",
  "https://t.co/AbCd123456",
  "ftp://example.com/x",
  "javascript:alert(1)",
  "data:text/html,<b>",
  "mailto:a@example.com",
  "https://example.com/a%20b",
  "https://example.com/(x)_[y]",
  "//example.com/x",
  "https://example.com.",
  "https://x.com/user/status/1234567890"
]

export const url = define({
  id: "url",
  title: "links of every kind",
  matches: /:\/\/|www\.|\.(?:com|example|co|org)\b|^\w+:/i,
  examples: [
    ...urls.slice(0, 2),
    urls[4] ?? "",
    "//cdn.example.com/x",
    urls[6] ?? "",
    urls[7] ?? "",
    urls[9] ?? "",
    "HTTPS://EXAMPLE.COM:80/a/../b https://xn--bcher-kva.example/ https://t.co/AbCd123456",
    `https://example.com:8443/${"path/".repeat(50)}?q=1 data:text/html,<b>`,
    "see https://example.com/a%20b, (http://example.com/x) or https://user@example.com/a?b=c&d=e#f."
  ],
  arbitrary: spaced(
    fc.oneof(
      oneOf(urls.filter((u) => u !== "//example.com/x" && u !== "mailto:a@example.com").slice(0, 12)),
      fc.webUrl({ withQueryParameters: true, withFragments: true, size: "small" }).map((u) => u.slice(0, 200))
    )
  )
})

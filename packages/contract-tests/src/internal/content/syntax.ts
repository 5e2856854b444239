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
    "<img src=x onerror=alert(1)>",
    "a < b > c",
    "a<b",
    "if (a<b && c>d)",
    "<br>",
    "line<br/>break",
    "<!-- comment -->",
    "<![CDATA[x]]>",
    '<?xml version="1.0"?><a/>',
    "<>",
    "</p>",
    '<a href="javascript:alert(1)">x</a>',
    "<3 <- -> <= =>",
    "text <style>p{}</style> more"
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
    "&amp;",
    "&lt;b&gt;",
    "&amp;amp;",
    "&#39;&quot;&apos;",
    "&nbsp;",
    "&eacute;&#233;&#xe9;",
    "&#128512;",
    "R&D",
    "&&",
    "&bogus; &",
    "&copy=1&reg=2"
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
  "- a",
  "1. a",
  "[a](b)",
  "![a](b)",
  "||a||",
  "---",
  "[b]a[/b]",
  "[url=x]a[/url]"
]

export const markdownLike = define({
  id: "markdown",
  title: "Markdown and BBCode",
  matches: /[*_~`#>|[\]]|^\d+\.|^-/m,
  examples: [
    "**bold** *it* _u_ ~~s~~ `code`",
    "# Title",
    "## Sub\n- one\n* two\n1. three\n3. four",
    "> quote",
    "[text](https://example.com)",
    "![alt](x.png)",
    "```js\nlet a = `b`\n```",
    "[b]bold[/b] [url=http://a.b]x[/url]",
    "snake_case_name 2*3*4",
    "| a | b |\n|---|---|",
    "***",
    "[ ] todo [x] done[^1]"
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
    "`quoted`",
    "“smart” ‘quotes’ it’s",
    "„unten“ «guillemets» ‹x› 「鉤」",
    "''\"\"``",
    "\"'",
    'O\'Brien & "Co"',
    `all ${quotes.join(" ")} end`,
    '"""'
  ],
  arbitrary: placed(run(oneOf(quotes), 4))
})

export const backslash = define({
  id: "backslash",
  title: "backslashes and escape sequences spelled out",
  matches: /\\/,
  examples: [
    "a\\b",
    "\\n",
    "line\\nbreak\\ttab\\r",
    "trailing\\",
    "\\leading",
    "\\\\",
    "\\\\\\",
    "\\u0041",
    "\\u00e9\\ud83d\\ude00",
    "\\x41\\101\\e[0m",
    '\\"',
    "\\'",
    "\\/",
    "C:\\new\\table",
    "\\0",
    "\\%\\_\\*"
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
    "100%",
    "100% sure",
    "%",
    "%%",
    "%20",
    "a%20b",
    "%E2%82%AC",
    "%00",
    "%0A%0D",
    "%u0041",
    "%zz %2",
    "%s",
    "%s %d %n %x %p %1$s",
    "%(name)s",
    "1+1=2",
    "a+b+c",
    "C++ +",
    "%25%32%30",
    "hello%20world+again"
  ].filter((example) => example !== "100%" && example !== "%"),
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
    "{{7*7}}",
    "{{{raw}}}",
    "${x}",
    "${7*7}",
    "#{x}",
    "<%= x %>",
    "{0} {1}",
    "{name}",
    "{%if x%}",
    "[[x]]{x",
    "$1",
    "$& $` $' $$",
    "$$",
    "costs $5",
    "$name",
    "${jndi:ldap://127.0.0.1/a}",
    "%name% :name $(x)",
    "{first|second} spintax",
    "{}{{}}"
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
  examples: ["__proto__", "constructor", "toString", "hasOwnProperty", "prototype length then"],
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
    ...injections.slice(0, 10),
    "{ $gt: '' }",
    "; ls -la | cat",
    "$(id) `id` && reboot || true",
    "*)(uid=*))(|(uid=*",
    "<?php echo 1; ?>",
    "() { :; }; echo x",
    "I'd select one or drop by the table; update me",
    "eval(1) sleep(0)"
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
    "./",
    "//",
    "C:\\Windows\\win.ini",
    "file:///etc/hosts",
    "~/notes.txt",
    "a/b/../c",
    "\\\\server\\share",
    "..%2f..%2f etc",
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
    ...urls.slice(0, 13),
    "https://example.com/a%20b https://example.com/(x)_[y].",
    "see https://example.com, (http://example.com/x) or example.com!",
    "https://x.com/user/status/1234567890"
  ],
  arbitrary: spaced(
    fc.oneof(
      oneOf(urls.filter((u) => u !== "//example.com/x" && u !== "mailto:a@example.com").slice(0, 12)),
      fc.webUrl({ withQueryParameters: true, withFragments: true, size: "small" }).map((u) => u.slice(0, 200))
    )
  )
})

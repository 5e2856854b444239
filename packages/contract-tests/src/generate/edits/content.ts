/** Edits of the content: missing, of another type, at another place. */
import { contentOf, type Draft, type EditSpec, edit, jsonOf, type Options, withKey, withoutKey } from "./edit.js"

const contentValue = (name: string, title: string, value: (content: string) => unknown, options?: Options): EditSpec =>
  edit("reject.content", name, title, (draft) => withKey(draft, "content", value(contentOf(draft))), options)

/** The key in another case. */
const contentNamed = (name: string, key: string): EditSpec =>
  edit("reject.content.key-case", name, `${JSON.stringify(key)} for "content"`, (draft) =>
    withKey(withoutKey(draft, "content"), key, contentOf(draft))
  )

/** Two invalid fields at once: a server that makes a list of what is wrong has two things to put on it. */
const both = (
  name: string,
  title: string,
  values: (draft: Draft) => Readonly<Record<string, unknown>>,
  options?: Options
): EditSpec =>
  edit(
    "reject.content",
    `both-${name}`,
    `two invalid fields: ${title}`,
    (draft) => ({ ...draft, payload: { ...withoutKey(draft, "content").payload, ...values(draft) } }),
    options
  )

const contentElsewhere = (key: string): EditSpec =>
  edit("reject.content", `named-${key.trim()}`, `content under the name ${JSON.stringify(key)}`, (draft) =>
    withKey(withoutKey(draft, "content"), key, contentOf(draft))
  )

const contentWithin = (key: string): EditSpec =>
  edit("reject.content", `within-${key}`, `the payload wrapped in ${JSON.stringify(key)}`, (draft) => ({
    ...draft,
    payload: { [key]: draft.payload }
  }))

export const keyCase: ReadonlyArray<EditSpec> = [contentNamed("capital", "Content"), contentNamed("upper", "CONTENT")]

const twoFields: ReadonlyArray<EditSpec> = [
  both("numbers", "both are numbers", () => ({ content: 1, replyToMessageId: 2 })),
  both("empty", "both are empty", () => ({ content: "", replyToMessageId: "" })),
  both("null", "content null, and a malformed reply id", () => ({ content: null, replyToMessageId: "A-" })),
  both("missing", "no content, and a malformed reply id", () => ({ replyToMessageId: "A-" })),
  both("missing-number", "no content, and a number for the reply id", () => ({ replyToMessageId: 1 })),
  both("objects", "both are objects", () => ({ content: {}, replyToMessageId: {} })),
  both("arrays", "both are arrays", (draft) => ({ content: [contentOf(draft)], replyToMessageId: ["a"] })),
  both("order", "the reply id before the content", () => ({ replyToMessageId: true, content: false })),
  edit(
    "reject.content",
    "both-values",
    "two invalid fields that are no strings",
    (draft, _, value) => ({ ...draft, payload: { ...draft.payload, content: value, replyToMessageId: value } }),
    { takes: "json" }
  )
]

export const content: ReadonlyArray<EditSpec> = [
  edit("reject.content", "missing", "no content", (draft) => withoutKey(draft, "content"), { reply: "never" }),
  edit("reject.content", "missing-reply", "a reply without content", (draft) => withoutKey(draft, "content"), {
    reply: "needed"
  }),
  ...["text", "message", "body"].map(contentElsewhere),
  ...["data", "message"].map(contentWithin),
  edit("reject.content", "in-query", "content in the query of the path", (draft) => ({
    ...withoutKey(draft, "content"),
    query: "?content=hello"
  })),
  edit("reject.content", "in-proto", "content inside __proto__ only", (draft) => ({
    ...draft,
    text: `{"__proto__":${jsonOf(draft)}}`
  })),
  contentValue("empty", "empty content", () => "", { reply: "never" }),
  contentValue("empty-reply", "a reply with empty content", () => "", { reply: "needed" }),
  contentValue("null", "content null", () => null, { reply: "never" }),
  contentValue("null-reply", "a reply with content null", () => null, { reply: "needed" }),
  contentValue("zero", "content 0", () => 0),
  contentValue("one", "content 1", () => 1),
  contentValue("number", "content 42", () => 42),
  contentValue("negative", "content -1", () => -1),
  contentValue("fraction", "content 1.5", () => 1.5),
  contentValue("large", "content 1e21", () => 1e21),
  contentValue("true", "content true", () => true),
  contentValue("false", "content false", () => false),
  contentValue("empty-array", "content []", () => []),
  contentValue("array", "content as an array of itself", (value) => [value]),
  contentValue("array-two", "content as an array of two strings", (value) => [value, "b"]),
  contentValue("array-empty-string", 'content [""]', () => [""]),
  contentValue("array-number", "content [1]", () => [1]),
  contentValue("array-null", "content [null]", () => [null]),
  contentValue("array-nested", "content [[]]", () => [[]]),
  contentValue("object-empty", "content {}", () => ({})),
  contentValue("object", "content as an object", (value) => ({ content: value })),
  contentValue("object-text", "content as an object with a text", (value) => ({ text: value })),
  contentValue("object-length", "content as an object with a length", () => ({ length: 1 })),
  contentValue("object-indexed", "content as an object of characters", () => ({ "0": "a", length: 1 })),
  contentValue("object-coercible", "content as an object with toString and valueOf", () => ({
    toString: "a",
    valueOf: "a"
  })),
  edit(
    "reject.content",
    "value",
    "content that is not a string",
    (draft, _, value) => withKey(draft, "content", value),
    { takes: "json" }
  ),
  ...twoFields
]

import * as Curl from "@inbox-effect/client/Curl"

Curl.render({
  method: "POST",
  url: "http://127.0.0.1:8787/api/v1/threads/t1/messages",
  headers: [
    ["Authorization", "Bearer secret"],
    ["Content-Type", "application/json"]
  ],
  body: new TextEncoder().encode(`{"content":"Hi"}`),
  token: "secret" // printed as ${INBOX_API_TOKEN}
})

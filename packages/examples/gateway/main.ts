import { gateway } from "./gateway.js"

const port = Number(process.env.PORT ?? 8788)
const token = process.env.INBOX_API_TOKEN ?? "gateway-token"

gateway({ token, threads: ["parcels", "returns"] }).listen(port, "127.0.0.1", () => {
  console.log(`The gateway listens at http://127.0.0.1:${port}/api/v1, with the threads parcels and returns`)
})

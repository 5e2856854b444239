import { createInboxClient } from "@inbox-effect/client/promise"

export const notify = async (token: string, threadId: string): Promise<string> => {
  const inbox = createInboxClient({ token, timeout: 10_000 })
  const result = await inbox.sendMessage({ threadId, content: "On my way" })
  await inbox.close()
  if (result.ok) {
    return `Sent as ${result.message.id}`
  }
  return result.delivery === "NotDelivered"
    ? `Not sent, safe to try again: ${result.error.message}`
    : `Ask a person before sending again: ${result.error.message}`
}

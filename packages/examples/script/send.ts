import { createInboxClient, type Options } from "@inbox-effect/client/promise"

/** What a send came to, in words and as the exit code of a script: 0 sent, 1 safe to try again, 2 ask a person. */
export interface Outcome {
  readonly code: 0 | 1 | 2
  readonly text: string
}

/** Sends one message. Nothing here is Effect. */
export const send = async (options: Options, threadId: string, content: string): Promise<Outcome> => {
  const inbox = createInboxClient({ timeout: 30_000, ...options })
  try {
    const result = await inbox.sendMessage({ threadId, content })
    if (result.ok) return { code: 0, text: `Sent as ${result.message.id}` }
    switch (result.delivery) {
      case "Delivered":
        return { code: 0, text: `Sent, but the answer could not be read: ${result.error.message}` }
      case "NotDelivered":
        return { code: 1, text: `Not sent, safe to try again: ${result.error.message}` }
      case "Unknown":
        return { code: 2, text: `Look into the thread before sending again: ${result.error.message}` }
    }
  } finally {
    await inbox.close()
  }
}

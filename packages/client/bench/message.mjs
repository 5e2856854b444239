/** What the server of the benchmark answers: a message of 758 bytes of JSON. */
const base = {
  platform: "twitter",
  teamId: "k2f9x0q7w1v8b3n5m4c6z7l1",
  threadId: "l44e15irdq4db30i77cgphhx",
  id: "ms7d1k9qfw2v8x3n5b6c4z0t",
  userId: "us3b5n7m9q1w2e4r6t8y0u2i",
  createdAt: "2023-11-07T05:31:56.123Z",
  updatedAt: "2023-11-07T05:31:56Z",
  platformId: "1721803452781920256",
  content: "",
  campaignId: "cp8d6f4g2h0j1k3l5z7x9c1v",
  authorId: "al5s7d9f1g3h5j7k9l1z3x5c",
  origin: "api",
  replyData: null,
  forwardData: null,
  entities: { urls: [], mentions: [], hashtags: [] },
  attachment: null,
  reactions: [],
  isEncrypted: false,
  isEdited: false,
  deletedAt: null,
  platformDeletedAt: null
}

const size = 758

const words = "On my way: I will be there in about ten minutes, traffic permitting. "

const content = words.repeat(9).slice(0, size - JSON.stringify(base).length)

export const message = { ...base, content }

export const body = JSON.stringify(message)

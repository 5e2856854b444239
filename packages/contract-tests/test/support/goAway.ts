import type * as Honest from "@inbox-effect/zoo/Honest"

/** Ends a server without an answer: it closes its connection, and takes no more. */
export const goAway = ({ request }: Honest.Exchange): undefined => {
  const { server } = request.socket as unknown as { readonly server: { close(): void } }
  server.close()
  request.socket.destroy()
}

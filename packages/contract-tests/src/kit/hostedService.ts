/** The vendor's own hosts, where a message reaches a person: they are refused unless the user allows them. */

export const isHosted = ({ hostname }: URL): boolean => /(^|\.)inboxapp\.com\.?$/i.test(hostname)

/** The problem of a URL of the hosted service. */
export const refusal =
  "is the hosted service, where a run sends more than a thousand real messages to a real person; give the URL of your own server, or allow it with --allow-hosted"

/** Sockets, plain and with TLS. */
import * as Net from "node:net"
import * as Tls from "node:tls"
import { header } from "../model/Exchange.js"
import * as ResponseParser from "./responseParser.js"

/** The address: an origin and the path of the base URL, without a slash at its end. */
export interface Endpoint {
  readonly protocol: "http:" | "https:"
  readonly hostname: string
  readonly port: number
  readonly basePath: string
  /** Certificates of authorities to trust besides those of Node, in PEM. */
  readonly ca?: string | undefined
}

/** The endpoint of a base URL. */
export const endpoint = (url: URL, ca?: string): Endpoint => ({
  ca,
  protocol: url.protocol === "https:" ? "https:" : "http:",
  hostname: url.hostname.replace(/^\[|\]$/g, ""),
  port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
  basePath: url.pathname.replace(/\/+$/, "")
})

/** A socket, and who listens to it. */
export interface Link {
  readonly socket: Net.Socket
  isConnected: boolean
  /** Number of requests that were answered on it. */
  answers: number
  /** True if the body of a request is still being written, though it may have been answered. */
  isWriting: boolean
  /** Milliseconds, by the process's clock, from which on the server may have closed it. */
  usableUntil: number
  /** Bytes that nobody asked for, and that a client takes for the answer to its next request. */
  surplus: number
  /** Called when that body has been written. */
  onceWritten: (() => void) | undefined
  listener: Listener | undefined
}

interface Listener {
  readonly connected: () => void
  readonly arrived: (part: Buffer) => void
  readonly ended: () => void
  readonly failed: (error: NodeJS.ErrnoException) => void
}

export const open = (target: Endpoint): Link => {
  const address = { host: target.hostname, port: target.port, noDelay: true }
  const secure = target.protocol === "https:"
  const socket = secure
    ? Tls.connect({
        ...address,
        ALPNProtocols: ["http/1.1"],
        ...(target.ca === undefined ? {} : { ca: [...Tls.rootCertificates, target.ca] }),
        ...(Net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {})
      })
    : Net.connect(address)
  const link: Link = {
    socket,
    isConnected: false,
    answers: 0,
    isWriting: false,
    surplus: 0,
    usableUntil: Number.POSITIVE_INFINITY,
    onceWritten: undefined,
    listener: undefined
  }
  socket.once(secure ? "secureConnect" : "connect", () => {
    link.isConnected = true
    link.listener?.connected()
  })
  socket.on("data", (part: Buffer) => {
    if (link.listener !== undefined) return link.listener.arrived(part)
    const { bytes, ends } = ResponseParser.surplusOf(part)
    if (bytes > 0 || ends) spoil(link, bytes)
  })
  socket.on("end", () => {
    if (link.listener === undefined) socket.destroy()
    else link.listener.ended()
  })
  socket.on("error", (error) => link.listener?.failed(error))
  socket.on("close", () => link.listener?.ended())
  return link
}

/** Gives up a connection on which something came that nobody asked for. */
export const spoil = (link: Link, surplus: number): void => {
  link.surplus = surplus
  link.socket.destroy()
}

export const isUsable = (link: Link): boolean =>
  !link.socket.destroyed && (link.answers === 0 || performance.now() < link.usableUntil)

/** Keeps a connection for the next request, for as long as the server says that it will. */
export const keep = (link: Link, head: ResponseParser.Head): void => {
  const [, seconds] = /(?:^|[,\s])timeout=(\d{1,6})/i.exec(header(head.headers, "keep-alive") ?? "") ?? []
  link.answers++
  link.usableUntil =
    seconds === undefined ? Number.POSITIVE_INFINITY : performance.now() + 1_000 * Number(seconds) - 500
}

/** The zoo's honest server in a process of its own. Tells where it listens, and on request what CPU it has used. */
import * as Honest from "@inbox-effect/zoo/Honest"

const { inbound, threads, token, url } = await Honest.start({})
process.on("message", () => process.send(process.cpuUsage()))
process.on("disconnect", () => process.exit(0))
process.send({ url, token, threads, inbound })

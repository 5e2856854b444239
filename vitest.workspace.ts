const packages = [
  "client",
  "sqlite",
  "server",
  "gateway",
  "sandbox",
  "zoo",
  "contract-tests",
  "durable",
  "examples",
  "tools"
]

/** Packages whose tests change nothing of the process: their files share what they import, which costs more than to run. */
const sharing = new Set(["server", "gateway"])

/** The test projects: one for each package. */
export default packages.map((name) => ({
  extends: true as const,
  test: {
    name,
    root: `packages/${name}`,
    include: ["**/test/**/*.test.ts"],
    isolate: !sharing.has(name)
  }
}))

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

/** The test projects: one for each package. */
export default packages.map((name) => ({
  extends: true as const,
  test: {
    name,
    root: `packages/${name}`,
    include: ["**/test/**/*.test.ts"]
  }
}))

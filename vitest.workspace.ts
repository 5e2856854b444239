/** The test projects: one for each package. */
export default ["client", "gateway", "sandbox", "zoo", "contract-tests", "durable", "examples", "tools"].map(
  (name) => ({
    extends: true as const,
    test: {
      name,
      root: `packages/${name}`,
      include: ["**/test/**/*.test.ts"]
    }
  })
)

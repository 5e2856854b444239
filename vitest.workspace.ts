/**
 * The test projects. All packages are in one, so that their tests share what they import: `npm test -- packages/client`
 * runs those of one package.
 */
export default [
  {
    extends: true as const,
    test: {
      name: "inbox-effect",
      include: ["packages/**/test/**/*.test.ts"]
    }
  }
]

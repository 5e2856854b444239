/** The words that call the command, for lines that are there to be pasted. */

/** The words for an environment: those of the repository where it is run there, else those that work in any project. */
export const commandIn = (environment: Readonly<Record<string, string | undefined>>): string =>
  environment.npm_lifecycle_event === "start" && environment.npm_package_name === "inbox-effect"
    ? "npm start --"
    : "npx -p @inbox-effect/contract-tests inbox-contract"

/** The words for this process. */
export const command: string = commandIn(process.env)

import { explain, list, openapi, selfTest } from "./flags/catalogue.js"
import type { Command } from "./flags/flag.js"
import { run } from "./flags/run.js"
import { diff, matrix } from "./flags/servers.js"

export type { Command, Entry, Flag, Operand } from "./flags/flag.js"

/** Every command, in the order of the help. */
export const commands = {
  run,
  list,
  explain,
  diff,
  matrix,
  "self-test": selfTest,
  openapi
} satisfies Record<string, Command>

export type Commands = typeof commands
export type Name = keyof Commands

export const names = Object.keys(commands) as [Name, ...ReadonlyArray<Name>]

type FlagOf<C extends Command> = keyof C["single"] | keyof C["several"] | keyof C["switches"]

/** Topic of each flag, in the order of the help. */
export const topics: Readonly<Record<{ [N in Name]: FlagOf<Commands[N]> }[Name], string>> = {
  targets: "Servers",
  target: "Servers",
  url: "Servers",
  token: "Servers",
  "token-command": "Servers",
  thread: "Servers",
  "reply-to": "Servers",
  header: "Servers",
  cacert: "Servers",
  config: "Servers",
  "allow-hosted": "Servers",
  sample: "Servers",
  all: "Servers",
  budget: "What is tested",
  runs: "What is tested",
  seed: "What is tested",
  only: "What is tested",
  skip: "What is tested",
  contents: "What is tested",
  rerun: "What is tested",
  replay: "What is tested",
  concurrency: "How fast",
  rate: "How fast",
  timeout: "How fast",
  "max-duration": "How fast",
  for: "How fast",
  "until-failure": "How fast",
  strict: "Output",
  waive: "Output",
  report: "Output",
  record: "Output",
  brief: "Output",
  verbose: "Output"
}

/** The flags of a command, with their values. */
export interface Values<C extends Command> {
  readonly single: { readonly [F in keyof C["single"]]: string | undefined }
  readonly several: { readonly [F in keyof C["several"]]: ReadonlyArray<string> }
  readonly switches: { readonly [F in keyof C["switches"]]: boolean }
  readonly operand: string | undefined
}

/** What both drafts of the gateway are told. */
export interface Settings {
  readonly token: string
  readonly threads: ReadonlyArray<string>
}

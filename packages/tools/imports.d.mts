export const problems: (root: string) => ReadonlyArray<string>

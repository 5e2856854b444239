/** A file, or a text in TypeScript that imports as if it stood in `folder`. */
export type Input = { readonly entry: string } | { readonly contents: string; readonly folder: string }

export declare const bundleSources: (input: Input, outfile: string) => Promise<void>

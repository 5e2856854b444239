import { cp } from "./model.js"

interface Block {
  readonly first: number
  readonly last: number
  /** Every how many code points one is taken; the last one always is. */
  readonly step: number
}

/** Blocks of planes 1 to 16 that Unicode 17 assigns, whole ones unless they are large and uniform. */
const blocks: ReadonlyArray<Block> = [
  { first: 0x0001, last: 0xd7ff, step: 1 },
  { first: 0xe000, last: 0xffff, step: 1 },
  { first: 0x10000, last: 0x16aff, step: 1 },
  { first: 0x16b00, last: 0x16fff, step: 1 },
  { first: 0x17000, last: 0x18dff, step: 13 },
  { first: 0x1aff0, last: 0x1b2ff, step: 1 },
  { first: 0x1bc00, last: 0x1bcaf, step: 1 },
  { first: 0x1cc00, last: 0x1d37f, step: 1 },
  { first: 0x1d400, last: 0x1daaf, step: 1 },
  { first: 0x1df00, last: 0x1e14f, step: 1 },
  { first: 0x1e290, last: 0x1e2ff, step: 1 },
  { first: 0x1e4d0, last: 0x1e6ff, step: 1 },
  { first: 0x1e7e0, last: 0x1e95f, step: 1 },
  { first: 0x1ec70, last: 0x1ecbf, step: 1 },
  { first: 0x1ed00, last: 0x1ed4f, step: 1 },
  { first: 0x1ee00, last: 0x1eeff, step: 1 },
  { first: 0x1f000, last: 0x1fbff, step: 1 },
  { first: 0x1fffe, last: 0x1ffff, step: 1 },
  { first: 0x20000, last: 0x2f7ff, step: 61 },
  { first: 0x2f800, last: 0x2fa1f, step: 1 },
  { first: 0x2fffe, last: 0x2ffff, step: 1 },
  { first: 0x30000, last: 0x3347f, step: 61 },
  { first: 0x3fffe, last: 0x3ffff, step: 1 },
  { first: 0xe0000, last: 0xe007f, step: 1 },
  { first: 0xe0100, last: 0xe01ef, step: 1 },
  { first: 0xefffe, last: 0xeffff, step: 1 },
  { first: 0xf0000, last: 0xffffd, step: 257 },
  { first: 0xffffe, last: 0xfffff, step: 1 },
  { first: 0x100000, last: 0x10fffd, step: 257 },
  { first: 0x10fffe, last: 0x10ffff, step: 1 }
]

function* codes(): Generator<number> {
  for (const { first, last, step } of blocks) {
    for (let code = first; code < last; code += step) yield code
    yield last
  }
}

export const sweep = ({ size }: { readonly size: number }): ReadonlyArray<string> => {
  const room = Math.max(1, Math.floor(size) - 2)
  const contents: Array<string> = []
  let taken: Array<string> = []
  const flush = (): void => {
    if (taken.length > 0) contents.push(`a${taken.join("")}z`)
    taken = []
  }
  for (const code of codes()) {
    taken.push(cp(code))
    if (taken.length === room) flush()
  }
  flush()
  return contents
}

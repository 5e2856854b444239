/**
 * Hands values over to closures that outlive their use.
 */

/**
 * Holds a value until it is taken, once. V8 allocates a function that is assigned to a property (`a.b = () => ...`) among
 * old objects, and a collection of young objects takes what such a function reaches for alive. Effect makes such
 * functions for `async` and `restore`: what their arguments reach stays in memory until the next full collection, unless
 * it was taken.
 */
export const handOver = <A>(value: A): (() => A) => {
  let held: A | undefined = value
  return () => {
    const taken = held as A
    held = undefined
    return taken
  }
}

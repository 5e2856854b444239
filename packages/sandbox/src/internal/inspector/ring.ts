/**
 * The newest items, up to a number and a weight. What is pushed gets the next number; what no longer fits is forgotten,
 * oldest first.
 */
export class Ring<A> {
  /** Item n is at n modulo the length, which is one more than there may be: a new item never takes the place of another. */
  readonly #items: Array<A | undefined>
  readonly #weights: Float64Array
  #weight = 0
  #first = 1
  #last = 0

  readonly maxItems: number
  readonly maxWeight: number
  readonly onForget: (item: A) => void

  constructor(maxItems: number, maxWeight: number, onForget: (item: A) => void = () => {}) {
    this.maxItems = maxItems
    this.maxWeight = maxWeight
    this.onForget = onForget
    this.#items = Array.from({ length: maxItems + 1 }, () => undefined)
    this.#weights = new Float64Array(maxItems + 1)
  }

  /** The number of the newest item ever pushed; 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** The number of the oldest item that is still here; one more than `last` where there is none. */
  get first(): number {
    return this.#first
  }

  get #size(): number {
    return this.#last - this.#first + 1
  }

  #place(number: number): number {
    return number % this.#items.length
  }

  push(item: A, weight: number): number {
    this.#last++
    const place = this.#place(this.#last)
    this.#items[place] = item
    this.#weights[place] = weight
    this.#weight += weight
    while (this.#size > this.maxItems || (this.#weight > this.maxWeight && this.#size > 1)) this.#forget()
    return this.#last
  }

  at(number: number): A | undefined {
    return number >= this.#first && number <= this.#last ? this.#items[this.#place(number)] : undefined
  }

  clear(): void {
    while (this.#size > 0) this.#forget()
  }

  #forget(): void {
    const place = this.#place(this.#first)
    const oldest = this.#items[place] as A
    this.#items[place] = undefined
    this.#first++
    this.#weight -= this.#weights[place] ?? 0
    this.onForget(oldest)
  }
}

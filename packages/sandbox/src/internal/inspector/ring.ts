/**
 * The newest items, up to a number and a weight. What is pushed gets the next number; what no longer fits is forgotten,
 * oldest first.
 */
export class Ring<A> {
  #items = new Map<number, { readonly item: A; readonly weight: number }>()
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
  }

  /** The number of the newest item ever pushed; 0 before the first. */
  get last(): number {
    return this.#last
  }

  /** The number of the oldest item that is still here; one more than `last` where there is none. */
  get first(): number {
    return this.#first
  }

  push(item: A, weight: number): number {
    this.#last++
    this.#items.set(this.#last, { item, weight })
    this.#weight += weight
    while (this.#items.size > this.maxItems || (this.#weight > this.maxWeight && this.#items.size > 1)) this.#forget()
    return this.#last
  }

  at(number: number): A | undefined {
    return this.#items.get(number)?.item
  }

  clear(): void {
    while (this.#items.size > 0) this.#forget()
  }

  #forget(): void {
    const oldest = this.#items.get(this.#first)
    this.#items.delete(this.#first)
    this.#first++
    if (oldest !== undefined) {
      this.#weight -= oldest.weight
      this.onForget(oldest.item)
    }
  }
}

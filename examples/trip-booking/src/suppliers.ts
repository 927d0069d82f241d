export interface Booking {
  readonly reference: string
}

/**
 * An airline, a hotel or a car rental, in the worker's memory. A booking has a key of the caller's, so it can be made again, and
 * cancelled before it arrives.
 */
export class Supplier {
  readonly #bookings = new Map<string, Booking | 'cancelled'>()

  constructor(
    readonly name: string,
    private readonly places: number,
  ) {}

  async book(key: string): Promise<Booking | 'cancelled' | 'full'> {
    const known = this.#bookings.get(key)
    if (known) return known
    if (this.booked() === this.places) return 'full'
    const booking = { reference: `${this.name}-${this.#bookings.size + 1}` }
    this.#bookings.set(key, booking)
    return booking
  }

  async cancel(key: string): Promise<void> {
    this.#bookings.set(key, 'cancelled')
  }

  /** The number of bookings that stand. */
  booked(): number {
    return [...this.#bookings.values()].filter((booking) => booking !== 'cancelled').length
  }
}

export interface Suppliers {
  readonly airline: Supplier
  readonly hotel: Supplier
  readonly cars: Supplier
}

export function createSuppliers(places: { readonly [S in keyof Suppliers]?: number } = {}): Suppliers {
  return {
    airline: new Supplier('flight', places.airline ?? 100),
    hotel: new Supplier('room', places.hotel ?? 100),
    cars: new Supplier('car', places.cars ?? 100),
  }
}

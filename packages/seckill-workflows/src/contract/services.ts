import { refundTaskQueue } from './names.js'

/** The services that have steps, in the order of a purchase. */
export const stepServices = ['user', 'voucher', 'stock', 'order', 'payment'] as const
export type StepService = (typeof stepServices)[number]

/** The steps of the purchase saga by their service; `@own` takes the lanes, and `hold` is compensated last. */
const purchaseSteps = {
  user: ['checkUser'],
  voucher: ['checkVoucher'],
  stock: ['deductStock'],
  order: ['@own', 'createOrder', 'hold'],
  payment: ['payment'],
} as const satisfies Record<StepService, readonly string[]>

/** The task queues of the steps that a run places. */
export type Placement = Readonly<Record<string, string>>

/** The second argument of a run. */
export interface Placed {
  readonly placement: Placement
}

/** The task queue of a service that runs apart. */
export function serviceTaskQueue(service: StepService): string {
  return `seckill-${service}`
}

/** Places the steps of a purchase run whose services run apart; the others are steps of the run's own worker. */
export function purchasePlacement(apart: readonly StepService[]): Placement {
  return Object.fromEntries(
    apart.flatMap((service) => purchaseSteps[service].map((step) => [step, serviceTaskQueue(service)])),
  )
}

/** Places the one step of a refund run that calls the provider; the end of a refund is one transaction of the sale's own account. */
export function refundPlacement(apart: readonly StepService[]): Placement {
  return { refund: apart.includes('payment') ? serviceTaskQueue('payment') : refundTaskQueue }
}

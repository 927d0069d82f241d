import type { Gate, Hold } from 'seckill-store/gate'
import type { PurchaseStatus } from 'seckill-store/mysql'
import { type PurchaseView, viewOfHold, viewOfPurchase } from './purchase-view.js'
import { noPlace, type QueueWatch } from './queue-watch.js'

/** A purchase by its trace id, which names its voucher. */
export interface NamedPurchase {
  readonly traceId: string
  readonly voucherId: number
}

/** A view with the user it may be shown to. */
export interface OwnedView {
  readonly userId: number
  /** A run owns it: MySQL has it, and the gate is asked no more. */
  readonly isOwned: boolean
  readonly view: PurchaseView
}

/** The views of purchases by trace id; one that neither MySQL nor the gate knows has none. */
export type ReadViews = (purchases: readonly NamedPurchase[]) => Promise<ReadonlyMap<string, OwnedView>>

export interface ReadViewsDependencies {
  readonly gate: Pick<Gate, 'holds'>
  readonly queue: QueueWatch
  readonly findPurchases: (reservationIds: readonly string[]) => Promise<ReadonlyMap<string, PurchaseStatus>>
}

/** Reads purchases from MySQL by primary key, else from the gate's holds; never from a workflow. */
export function createReadViews({ gate, queue, findPurchases }: ReadViewsDependencies): ReadViews {
  const holdsOf = async (purchases: readonly NamedPurchase[]): Promise<Hold[]> => {
    const vouchers = [...Map.groupBy(purchases, ({ voucherId }) => voucherId)]
    const found = await Promise.all(vouchers.map(([voucherId, some]) => gate.holds(voucherId, some.map(traceIdOf))))
    return found.flatMap((holds) => [...holds.values()])
  }

  const ofHold = async (hold: Hold): Promise<OwnedView> => {
    const place = hold.state === 'WAITING' ? await queue.placeOf(hold.voucherId, hold.seq) : noPlace
    return { userId: hold.userId, isOwned: false, view: viewOfHold(hold, place) }
  }

  const fromMysql = async (traceIds: readonly string[], views: Map<string, OwnedView>): Promise<void> => {
    if (traceIds.length === 0) return
    for (const [traceId, purchase] of await findPurchases(traceIds)) {
      views.set(traceId, { userId: purchase.userId, isOwned: true, view: viewOfPurchase(purchase) })
    }
  }

  return async (purchases) => {
    const views = new Map<string, OwnedView>()
    await fromMysql(purchases.map(traceIdOf), views)
    const holds = await holdsOf(purchases.filter(({ traceId }) => !views.has(traceId)))
    for (const hold of holds) views.set(hold.reservationId, await ofHold(hold))
    // A purchase ends in MySQL before its hold is released: MySQL was asked too early.
    const released = holds.filter(({ state }) => state === 'RELEASED')
    await fromMysql(
      released.map(({ reservationId }) => reservationId),
      views,
    )
    return views
  }
}

function traceIdOf({ traceId }: NamedPurchase): string {
  return traceId
}

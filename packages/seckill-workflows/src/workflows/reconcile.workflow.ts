// One reconciliation
//   1. compares every area: each sale, and the payments             compareArea
//   2. waits for one grace period, and compares again what differs   compareArea
//   3. repairs what both readings have seen, where it is told to     repairArea
// An area that cannot be read or repaired is named, and keeps none of the others.
import { isCancellation, proxyActivities, sleep } from '@temporalio/workflow'
import type { ReconcileActivities } from '../activities/reconcile/reconcile-activities.js'
import {
  type Area,
  type Difference,
  type Reading,
  type Reconcile,
  type ReconcileRequest,
  repairs,
} from '../contract/reconciliation.js'

const { listAreas, compareArea, repairArea, tellReport } = proxyActivities<ReconcileActivities>({
  startToCloseTimeout: '2 minutes',
  retry: { initialInterval: '500ms', maximumAttempts: 3 },
})

/** Areas that are read at the same time. */
const areasAtOnce = 4

/** Compares the ledgers of all sales and the payments twice, and repairs what differs in both readings. */
export async function reconcile(...[request]: Parameters<Reconcile>): ReturnType<Reconcile> {
  const areas = (await listAreas()).map((area) => ({ area }))
  const first = await each(areas, ({ area }) => compareArea(area, request))
  const second = await readAgain(first.done, request)
  const repaired = request.fix ? await repairAll(second.done, request) : nothing
  const report = {
    fix: request.fix,
    areas: areas.length,
    found: second.done.flatMap(({ area, result }) => result.differences.map((one) => ({ ...one, area }))),
    left: second.done.reduce((sum, { result }) => sum + result.left, 0),
    repaired: repaired.done.flatMap(({ area, result }) => result.map((one) => ({ ...one, area }))),
    failed: [...first.failed, ...second.failed, ...repaired.failed],
  }
  await tellReport(report)
  return report
}

/** Reads again after the grace period, and keeps what both readings have seen: what is young or moves is different by then. */
async function readAgain(seen: readonly Done<Reading>[], request: ReconcileRequest): Promise<Results<Reading>> {
  const differing = seen.filter(({ result }) => result.differences.length > 0)
  if (differing.length === 0) return nothing
  await sleep(request.graceMs)
  return each(differing, async ({ area, result }) => {
    const before = new Set(result.differences.map(keyOf))
    const again = await compareArea(area, request)
    return { ...again, differences: again.differences.filter((one) => before.has(keyOf(one))) }
  })
}

function keyOf({ kind, subject, evidence }: Difference): string {
  return JSON.stringify([kind, subject, evidence])
}

function repairAll(found: readonly Done<Reading>[], request: ReconcileRequest) {
  const repairable = found.map(({ area, result }) => ({
    area,
    differences: result.differences.filter(({ kind }) => repairs[kind] !== undefined),
  }))
  return each(
    repairable.filter(({ differences }) => differences.length > 0),
    ({ area, differences }) => repairArea(area, differences, request),
  )
}

interface Done<R> {
  readonly area: Area
  readonly result: R
}

interface Results<R> {
  readonly done: readonly Done<R>[]
  readonly failed: readonly { readonly area: Area; readonly problem: string }[]
}

const nothing: Results<never> = { done: [], failed: [] }

/** Does the work for each area, some at once; a failure is the area's own, a cancel is everything's. */
async function each<T extends { readonly area: Area }, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<Results<R>> {
  const done: Done<R>[] = []
  const failed: { area: Area; problem: string }[] = []
  for (let first = 0; first < items.length; first += areasAtOnce) {
    await Promise.all(
      items.slice(first, first + areasAtOnce).map(async (item) => {
        try {
          done.push({ area: item.area, result: await work(item) })
        } catch (error) {
          if (isCancellation(error)) throw error
          failed.push({ area: item.area, problem: problemOf(error) })
        }
      }),
    )
  }
  return { done, failed }
}

/** The message of the failure that an activity ended with. */
function problemOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message : String(cause)
}

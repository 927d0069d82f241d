import type { DifferenceKind, Harm } from 'seckill-workflows'
import { z } from 'zod'

const kinds = [
  'orphaned-hold',
  'missing-hold',
  'unreleased-hold',
  'released-hold',
  'ended-run',
  'left-lanes',
  'lost-capture',
  'lost-close',
  'unknown-payment',
  'unknown-refund',
  'foreign-payment',
  'unbacked-payment',
  'unbacked-refund',
  'broken-invariant',
] as const satisfies readonly DifferenceKind[]
const harms = ['leak', 'oversell', 'stuck', 'money', 'books'] as const satisfies readonly Harm[]

const area = z
  .union([z.number(), z.literal('payments')])
  .meta({ description: 'the voucher of a sale, or `payments`: what is compared by itself' })
const subject = z.string().meta({ description: 'a reservation, a run, a payment or the name of an invariant' })

const difference = z
  .strictObject({
    area,
    kind: z.enum(kinds),
    harm: z.enum(harms),
    subject,
    evidence: z.string().meta({ description: 'what both readings saw' }),
    detail: z.string(),
  })
  .meta({ id: 'Difference' })

const repair = z
  .strictObject({
    area,
    kind: z.enum(kinds),
    subject,
    outcome: z
      .enum(['repaired', 'unchanged', 'failed'])
      .meta({ description: '`unchanged`: the difference had gone meanwhile' }),
    detail: z.string(),
  })
  .meta({ id: 'Repair' })

/** What a reconciliation has found and done. */
export const reconcileReport = z
  .strictObject({
    fix: z.boolean().meta({ description: 'without it nothing was changed' }),
    areas: z.number(),
    found: z.array(difference),
    left: z.number().meta({ description: 'further differences, which a later reconciliation names' }),
    repaired: z.array(repair),
    failed: z
      .array(z.strictObject({ area, problem: z.string() }))
      .meta({ description: 'areas that could not be read or repaired' }),
  })
  .meta({ id: 'ReconcileReport' })

import { z } from 'zod'

/** A time in an answer. */
export const epochMs = z.number().meta({ description: 'epoch milliseconds' })

/** An amount of money in an answer. */
export const minorUnits = z.number().meta({ description: 'minor units of the currency' })

/** A campaign's state. */
export const campaignState = z.enum(['DRAFT', 'WARM', 'OPEN', 'PAUSED', 'CLOSED', 'SETTLED'])

/** An object whose members are described elsewhere. */
export function anObject(description: string) {
  return z.unknown().meta({ description, override: { type: 'object' } })
}

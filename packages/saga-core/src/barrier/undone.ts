import type { SetLane } from '../wire/set-wise.js'

/**
 * Whether an action is fenced once it is undone. Where a refusal rolled the lane back it is not: run again from the start, the lane
 * replays its steps up to the same refusal, and ends as it did.
 */
export const fencesUndone = ({ cause }: SetLane): boolean => cause?.kind !== 'refused'

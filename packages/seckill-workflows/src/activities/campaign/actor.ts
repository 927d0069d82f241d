import { campaignRunId } from '../../contract/names.js'

/** The actor of the changes that a campaign's run makes by itself, as the audit has it. */
export function actorOf(voucherId: number): string {
  return `workflow:${campaignRunId(voucherId)}`
}

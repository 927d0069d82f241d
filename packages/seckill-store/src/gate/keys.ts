/** The Redis keys of one voucher; they share a hash tag, so one script may touch all of them in a cluster. */
export interface GateKeys {
  readonly campaign: string
  readonly holds: string
  readonly admissions: string
  readonly runs: string
  readonly leases: string
  /** Users in the order of their admissions, also of those that were released since. */
  readonly buyers: string
}

/** Names the keys of a voucher. */
export function gateKeys(voucherId: number): GateKeys {
  const tag = `seckill:{${voucherId}}:`
  return {
    campaign: `${tag}campaign`,
    holds: `${tag}holds`,
    admissions: `${tag}admissions`,
    runs: `${tag}runs`,
    leases: `${tag}leases`,
    buyers: `${tag}buyers`,
  }
}

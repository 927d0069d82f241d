/** Admissions that left the head of a queue together, as seen by one process. */
export interface Departure {
  /** A `performance.now()` value. */
  readonly at: number
  readonly lanes: number
}

/** An expected wait in milliseconds; about 19 of 20 waits end within `errorMs` of it while the queue goes on as it did. */
export interface ExpectedWait {
  readonly expectedMs: number
  readonly errorMs: number
}

/** Fewer departures tell nothing of how they vary. */
const fewestDepartures = 8
const standardDeviations = 2
/** A queue that has not moved for so many of its usual gaps has stopped. */
const gapsUntilStopped = 3
const precisionMs = 100

/**
 * Expects that a queue goes on as it did: `place` divided by the rate of its departures. The error is made of one gap between departures,
 * of what the gaps up to this place vary, and of what their mean is not known by. `null` while too few departures are known, and
 * of a queue that has stopped.
 */
export function expectWait(departures: readonly Departure[], place: number, now: number): ExpectedWait | null {
  const first = departures[0]
  const last = departures.at(-1)
  if (first === undefined || last === undefined || departures.length < fewestDepartures) return null
  const gaps = departures.length - 1
  const lanes = departures.slice(1).reduce((sum, departure) => sum + departure.lanes, 0)
  const msPerLane = (last.at - first.at) / lanes
  const meanGapMs = (last.at - first.at) / gaps
  if (now - last.at > gapsUntilStopped * meanGapMs) return null
  const awaited = (place * gaps) / lanes
  const variance = squaredResiduals(departures, msPerLane) / (gaps - 1)
  const spread = Math.sqrt(variance * (awaited + awaited ** 2 / gaps))
  return {
    expectedMs: rounded(place * msPerLane),
    errorMs: rounded(meanGapMs + standardDeviations * spread),
  }
}

function squaredResiduals(departures: readonly Departure[], msPerLane: number): number {
  return departures.slice(1).reduce((sum, { at, lanes }, index) => {
    const before = departures[index]?.at ?? at
    return sum + (at - before - lanes * msPerLane) ** 2
  }, 0)
}

function rounded(ms: number): number {
  return Math.ceil(ms / precisionMs) * precisionMs
}

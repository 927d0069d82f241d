/** The middle of the values; the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('An empty list has no median.')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2
}

/** Quartiles of a normal distribution are so many standard deviations apart. */
const quartilesApart = 1.349
/** The standard error of a median beside that of a mean. */
const medianOverMean = Math.sqrt(Math.PI / 2)

/** The standard error of the median of values that are scattered about normally, told by their quartiles, which outliers do not move. */
export function errorOfMedian(values: readonly number[]): number {
  const deviation = (percentile(values, 0.75) - percentile(values, 0.25)) / quartilesApart
  return (medianOverMean * deviation) / Math.sqrt(values.length)
}

/** A straight line through points, and how well they lie on it. */
export interface LineFit {
  readonly intercept: number
  readonly slope: number
  /** 1 when every point is on the line. */
  readonly r2: number
}

/** Least squares. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): LineFit {
  const n = points.length
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / n
  const sxx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  const sxy = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const slope = sxy / sxx
  const intercept = meanY - slope * meanX
  const total = points.reduce((sum, [, y]) => sum + (y - meanY) ** 2, 0)
  const left = points.reduce((sum, [x, y]) => sum + (y - intercept - slope * x) ** 2, 0)
  return { intercept, slope, r2: total === 0 ? 1 : 1 - left / total }
}

/** The value that `share` of the values do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new RangeError('An empty list has no percentile.')
  return value
}

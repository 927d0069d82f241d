/** The wait before a lost connection is opened again, in milliseconds. */
export function retryDelay(attempt: number): number {
  return Math.min(attempt * 50, 500)
}

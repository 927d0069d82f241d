import { SagaError, SagaErrorCode } from '../saga-error.js'
import { byteLength } from './names.js'
import type { LaneEnd, SagaReport } from './outcome.js'

/**
 * Size limits of a run. Beyond Temporal's own (2 MiB a payload, 4 MiB a workflow task) a run would be terminated, or its workflow task
 * fail at every attempt, without a compensation.
 */
export const sizeLimits = {
  /** The default limit of lanes of a run. */
  lanes: 1_000,
  /** The highest limit of lanes of a run. */
  mostLanes: 2_000,
  /** A run's input, in bytes of JSON. */
  inputBytes: 512 * 1024,
  /** A carried run, in bytes of JSON. */
  carriedBytes: 1536 * 1024,
  /** The state of a run as it begins to hold its lanes, in bytes of JSON: the answers of open calls may follow. */
  heldBytes: 1024 * 1024,
  /** Events of a run's calls in one history: half of Temporal's 51,200, since a rollback takes as many. */
  historyEvents: 25_000,
  /** A step's result, set-wise or not, in bytes of JSON. */
  resultBytes: 256 * 1024,
  /** A run's report or results, in bytes of JSON. */
  reportBytes: 1024 * 1024,
} as const

/** Bytes of a value as JSON. */
export function jsonBytes(value: unknown): number {
  return byteLength(JSON.stringify(value) ?? '')
}

/**
 * Checks the number of lanes and the size of the input of a start.
 *
 * @throws SagaError SAGA_NO_LANES, SAGA_TOO_MANY_LANES, SAGA_INPUT_TOO_LARGE
 */
export function checkInput(saga: string, lanes: number, input: unknown, maxLanes: number = sizeLimits.lanes): void {
  if (lanes === 0) throw noLanes(saga)
  if (lanes > maxLanes) {
    const message = `saga "${saga}" was started with ${lanes} lanes, over ${maxLanes}: start several runs`
    throw new SagaError(SagaErrorCode.TooManyLanes, message)
  }
  const bytes = jsonBytes(input)
  if (bytes > sizeLimits.inputBytes) {
    const message = `saga "${saga}" was started with ${bytes} bytes of input, over ${sizeLimits.inputBytes}: start several runs, or keep the data in a table and give the run its key`
    throw new SagaError(SagaErrorCode.InputTooLarge, message)
  }
}

/** The error of a run that is started without a lane. */
export function noLanes(saga: string): SagaError {
  return new SagaError(SagaErrorCode.NoLanes, `saga "${saga}" was started without a lane: give it at least one input`)
}

/** The error of a run that is started with two inputs of one key, at these places. */
export function duplicateKey(saga: string, former: number, at: number, key: string): SagaError {
  const message = `inputs ${former} and ${at} of saga "${saga}" have one key, "${key}": a run has one lane for a key`
  return new SagaError(SagaErrorCode.DuplicateKey, message)
}

/**
 * A report of at most `most` bytes: unchanged if it fits; else with causes cut to kind, step and code, and with as many lanes as fit.
 */
export function fitReport(report: SagaReport, most: number = sizeLimits.reportBytes): SagaReport {
  if (jsonBytes(report) <= most) return report
  const outcomes: Record<string, number> = {}
  for (const { outcome } of report.except) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  const cut = (except: readonly LaneEnd[]): SagaReport => ({
    ...report,
    except,
    cut: { outcomes, omitted: report.except.length - except.length },
  })
  const room = most - jsonBytes(cut([]))
  const kept: LaneEnd[] = []
  let used = 0
  for (const end of report.except.map(shorten)) {
    used += jsonBytes(end) + 1
    if (used > room) break
    kept.push(end)
  }
  return cut(kept)
}

function shorten({ key, outcome, cause }: LaneEnd): LaneEnd {
  if (!cause) return { key, outcome }
  const { kind, code, step } = cause
  return { key, outcome, cause: { kind, code: code.slice(0, 100), ...(step !== undefined && { step }) } }
}

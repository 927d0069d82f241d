import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { ServiceName } from '../stack.js'
import { reasonOf, StackError } from '../stack-error.js'
import type { StackLayout } from '../stack-layout.js'
import { type ServiceRecord, type StackState, stackStateSchema } from './stack-state.js'

/** The state of a stack, written through to its file at each change. */
export interface StateFile {
  readonly state: StackState
  record(service: ServiceName): ServiceRecord | undefined
  setRecord(service: ServiceName, record: ServiceRecord | undefined): void
}

/**
 * The state of a stack; `undefined` when it was never started.
 *
 * @throws StackError `STATE_UNREADABLE` when the file is not what a launcher wrote.
 */
export function readState(layout: StackLayout): StackState | undefined {
  if (!existsSync(layout.stateFile)) return undefined
  try {
    return stackStateSchema.parse(JSON.parse(readFileSync(layout.stateFile, 'utf8')))
  } catch (error) {
    throw new StackError(
      'STATE_UNREADABLE',
      `${layout.stateFile} cannot be read: ${reasonOf(error)}`,
      `End the stack's servers if any still run, then delete ${layout.dir} and start again.`,
      { cause: error },
    )
  }
}

/** Opens the state for changes, creating it with new passwords; the caller holds the launch lock. */
export function openState(layout: StackLayout): StateFile {
  mkdirSync(layout.logsDir, { recursive: true, mode: 0o700 })
  let state = readState(layout)
  if (state === undefined) {
    state = newState(layout.name)
    write(layout, state)
  }
  const services = { ...state.services }
  const current = { ...state, services }
  return {
    state: current,
    record: (service) => services[service],
    setRecord: (service, record) => {
      if (record === undefined) delete services[service]
      else services[service] = record
      write(layout, current)
    },
  }
}

function newState(name: string): StackState {
  const password = (): string => randomBytes(18).toString('base64url')
  return { format: 1, name, passwords: { app: password(), migrator: password(), root: password() }, services: {} }
}

/** Writes the file synchronously, so that servers that start in parallel never interleave their writes. */
function write(layout: StackLayout, state: StackState): void {
  const next = `${layout.stateFile}.next`
  writeFileSync(next, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(next, layout.stateFile)
}

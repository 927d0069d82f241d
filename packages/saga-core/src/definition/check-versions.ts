import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { SagaDefinition, StepDefinition } from './definition.js'

/** @throws SagaError SAGA_VERSION for a version below 1, and for a step that no run would have. */
export function checkVersions({ name, version, steps }: SagaDefinition): void {
  checkVersion(`version of saga "${name}"`, version)
  for (const step of steps) checkStep(`step "${step.name}" of saga "${name}"`, step, version)
}

function checkStep(
  what: string,
  { kind, since = 1, until = Number.POSITIVE_INFINITY }: StepDefinition,
  version: number,
) {
  checkVersion(`since of ${what}`, since)
  if (until !== Number.POSITIVE_INFINITY) checkVersion(`until of ${what}`, until)
  if (kind === 'adopted' && (since > 1 || until !== Number.POSITIVE_INFINITY))
    throw wrong(`${what} is adopted, so every run has it: leave since and until out`)
  if (since > version)
    throw wrong(`${what} begins with version ${since}, but the saga has version ${version}: raise that to ${since}`)
  if (until <= since)
    throw wrong(
      `${what} begins with version ${since} and ends before version ${until}, so no run has it: give it a later until`,
    )
}

function checkVersion(what: string, version: number): void {
  if (Number.isInteger(version) && version >= 1) return
  throw wrong(`the ${what} is ${version}: versions are whole numbers from 1 on`)
}

function wrong(message: string) {
  return new SagaError(SagaErrorCode.Version, message)
}

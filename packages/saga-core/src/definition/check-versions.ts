import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { SagaDefinition, StepDefinition } from './definition.js'

/** @throws SagaError SAGA_VERSION for what is no version, and for a step that no run would have. */
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
    throw wrong(`${what} is adopted, and every run has it: leave since and until out`)
  if (since > version)
    throw wrong(`${what} is there since version ${since}, and the saga has version ${version}: raise that to ${since}`)
  if (until <= since)
    throw wrong(`${what} is there since version ${since} until ${until}, so in no run: give it a later until`)
}

function checkVersion(what: string, version: number): void {
  if (Number.isInteger(version) && version >= 1) return
  throw wrong(`the ${what} is ${version}: versions are whole numbers from 1 on`)
}

const wrong = (message: string) => new SagaError(SagaErrorCode.Version, message)

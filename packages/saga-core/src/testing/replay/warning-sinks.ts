import { warningMark } from '../../wire/warning.js'

/** Makes sinks in place of a replay worker's logger, by which `heard` gets the warnings of runs: the SDK lets no log out of a replay. */
export function warningSinks(heard: (message: string) => void) {
  const nothing = { fn: () => undefined }
  const error = {
    fn: (_: unknown, message: string, attributes?: object) => {
      if (attributes && warningMark in attributes) heard(message)
    },
    callDuringReplay: true,
  }
  return { defaultWorkerLogger: { trace: nothing, debug: nothing, info: nothing, warn: nothing, error } }
}

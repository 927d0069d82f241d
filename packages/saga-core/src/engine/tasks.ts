/** Work that runs beside other work of a run. */
export interface Tasks {
  spawn(task: Promise<void>): void
  /** The first error of a task: a fault of the engine or of a definition, never of a lane. */
  failure(): unknown
}

/** No tasks yet. */
export function newTasks(): Tasks {
  let failure: unknown
  return {
    spawn(task) {
      task.catch((error: unknown) => {
        failure ??= error
      })
    },
    failure: () => failure,
  }
}

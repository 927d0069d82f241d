/** Lets a loop wait until it is rung or some milliseconds have passed; a ring between two waits is not lost. */
export interface Bell {
  ring(): void
  /** Ends at the next ring, at once when it rang since the last wait. */
  ringOr(milliseconds: number): Promise<void>
}

export function createBell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    async ringOr(milliseconds) {
      if (!rung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = undefined
      }
      rung = false
    },
  }
}

/** A wake-up for one loop; a ring between two waits ends the next wait. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring or after `milliseconds`; at once when the bell rang since the last wait. */
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

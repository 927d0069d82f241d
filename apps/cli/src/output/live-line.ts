/** The stream of progress: standard error, so that standard output holds the result alone. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface LiveLine {
  /** Shows the current state: in place on a terminal, elsewhere as a line at most once a second. */
  update(text: string): void
  /** A line that stays; it ends the state shown before it. */
  log(text: string): void
  /** Leaves the last state standing. */
  end(): void
}

const clearLine = '\r\u001b[2K'
/** The least time between two printed states without a terminal. */
const plainIntervalMs = 1_000

/** A line of progress, redrawn in place where the stream is a terminal. */
export function createLiveLine(stream: ProgressStream = process.stderr, now: () => number = Date.now): LiveLine {
  return stream.isTTY === true ? onTerminal(stream) : inPlainText(stream, now)
}

function onTerminal(stream: ProgressStream): LiveLine {
  let shown = ''
  const draw = (): void => {
    stream.write(`${clearLine}${shown.slice(0, (stream.columns ?? 80) - 1)}`)
  }
  return {
    update(text) {
      shown = text
      draw()
    },
    log(text) {
      stream.write(`${clearLine}${text}\n`)
      shown = ''
    },
    end() {
      if (shown !== '') stream.write('\n')
      shown = ''
    },
  }
}

function inPlainText(stream: ProgressStream, now: () => number): LiveLine {
  let printedAt = now()
  let printed = ''
  let latest = ''
  const print = (): void => {
    if (latest === printed) return
    printed = latest
    printedAt = now()
    stream.write(`${latest}\n`)
  }
  return {
    update(text) {
      latest = text
      if (now() - printedAt >= plainIntervalMs) print()
    },
    log(text) {
      stream.write(`${text}\n`)
      printedAt = now()
      latest = printed
    },
    end: print,
  }
}

/** Where progress goes; `process.stderr`, so that standard output holds the result alone. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface LiveLine {
  /** Shows how things stand: on a terminal in place, elsewhere as a line now and then. */
  update(text: string): void
  /** A line that stays; it ends the state shown before it. */
  log(text: string): void
  /** Leaves the last state standing. */
  end(): void
}

const CLEAR_LINE = '\r\u001b[2K'
/** Without a terminal a state is printed at most this often. */
const PLAIN_INTERVAL_MS = 1_000

/** A line of progress that fits where it is shown. */
export function createLiveLine(stream: ProgressStream = process.stderr, now: () => number = Date.now): LiveLine {
  return stream.isTTY === true ? onTerminal(stream) : inPlainText(stream, now)
}

function onTerminal(stream: ProgressStream): LiveLine {
  let shown = ''
  const draw = (): void => {
    stream.write(`${CLEAR_LINE}${shown.slice(0, (stream.columns ?? 80) - 1)}`)
  }
  return {
    update(text) {
      shown = text
      draw()
    },
    log(text) {
      stream.write(`${CLEAR_LINE}${text}\n`)
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
      if (now() - printedAt >= PLAIN_INTERVAL_MS) print()
    },
    log(text) {
      stream.write(`${text}\n`)
      printedAt = now()
      latest = printed
    },
    end: print,
  }
}

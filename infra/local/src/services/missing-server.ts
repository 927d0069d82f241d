import { StackError } from '../stack-error.js'

/** The commands that install a server by hand. */
export interface InstallLines {
  readonly debian: string
  readonly mac: string
  readonly other: string
}

/** The line to type on this machine. */
export function installLine(lines: InstallLines): string {
  if (process.platform === 'darwin') return lines.mac
  return process.platform === 'linux' ? lines.debian : lines.other
}

/** The error for a server that is neither installed nor installable. */
export function missingServer(title: string, lines: InstallLines, variable: string): StackError {
  return new StackError(
    'MISSING_SERVER',
    `${title} is not on this machine, and neither apt (as root or with passwordless sudo) nor Docker can provide it.`,
    `Type: ${installLine(lines)}\nOr set ${variable} to a server you have.`,
  )
}

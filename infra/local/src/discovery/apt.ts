import { execa } from 'execa'
import type { Environment } from '../stack.js'
import { StackError } from '../stack-error.js'
import { findServer } from './executable.js'

/** The apt packages of a program. */
export interface AptPackage {
  /** Names by preference; the first one in the machine's package lists is installed. */
  readonly names: readonly string[]
  /** The distribution's own service, which must neither start now nor at the next boot. */
  readonly unit?: string
}

/**
 * `policy-rc.d` answering 101 keeps a package from starting its service on the default port while it is installed.
 * A policy that the machine has already stays as it is.
 */
const installQuietly = `
policy=/usr/sbin/policy-rc.d
unit=$1; shift
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
package=
pick() { for p in "$@"; do apt-cache show "$p" >/dev/null 2>&1 && { package=$p; return 0; }; done; return 1; }
pick "$@" || { apt-get update -qq && pick "$@"; } || { echo "none of $* is in the package lists" >&2; exit 1; }
apt-get install -y -qq --no-install-recommends "$package" || {
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"
} || exit 1
if [ -n "$unit" ] && command -v systemctl >/dev/null 2>&1; then systemctl disable "$unit" >/dev/null 2>&1 || true; fi
`

/** The command that runs apt without a prompt: none for root, sudo without a password, or `undefined`. */
export async function aptPrefix(env: Environment): Promise<readonly string[] | undefined> {
  if (process.platform !== 'linux' || findServer(['apt-get'], env) === undefined) return undefined
  if (process.getuid?.() === 0) return []
  const sudo = findServer(['sudo'], env)
  if (sudo === undefined) return undefined
  const { failed } = await execa(sudo, ['-n', 'true'], { reject: false, stdin: 'ignore', timeout: 10_000 })
  return failed ? undefined : [sudo, '-n']
}

/**
 * Installs a program with apt; the distribution's own service is not started.
 * @throws StackError `INSTALL_FAILED` with apt's last lines.
 */
export async function aptInstall(prefix: readonly string[], { names, unit = '' }: AptPackage): Promise<void> {
  const [file, ...args] = [...prefix, 'sh', '-c', installQuietly, 'sh', unit, ...names]
  if (file === undefined) throw new TypeError('The command to run apt-get is empty.')
  const { failed, all } = await execa(file, args, { all: true, reject: false, stdin: 'ignore', timeout: 15 * 60_000 })
  if (!failed) return
  const lines = (all ?? '').split('\n').slice(-20)
  throw new StackError(
    'INSTALL_FAILED',
    [`apt-get could not install ${names.at(-1)}:`, ...lines.map((line) => `  | ${line}`)].join('\n'),
    `Type: sudo apt-get install ${names.at(-1)}`,
  )
}

import { join } from 'node:path'

/** The file of the keys of the installation that a local stack is; a reset of the stack deletes it. */
export function keyFileIn(stackDir: string): string {
  return join(stackDir, 'installation-keys.json')
}

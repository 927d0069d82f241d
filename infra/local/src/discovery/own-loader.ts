import { lstatSync, readdirSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { quoted, writeScript } from '../processes/shell-script.js'

const magic = '\x7fELF'

/** The files of unpacked packages: where they are while they are prepared, and the folder that they are run in afterwards. */
export interface UnpackedFiles {
  readonly files: string
  readonly folder: string
}

/**
 * Puts a script in the place of each program below a directory of unpacked packages, which runs the program by the packages' own
 * loader and libraries: the machine's C library may be older. `settings` are further arguments of each.
 */
export async function runByOwnLoader(
  { files, folder }: UnpackedFiles,
  directory: string,
  settings: readonly string[] = [],
): Promise<void> {
  const loader = findLoader(files)
  const libraries = libraryDirectories(files).map((path) => join(folder, path))
  for (const path of programsBelow(files, directory)) {
    const program = join(files, path)
    if (!(await isProgram(program))) continue
    await rename(program, `${program}.program`)
    const by = `${quoted(join(folder, loader))} --library-path ${quoted(libraries.join(':'))} --argv0 "$0"`
    const args = ['"$@"', ...settings.map(quoted)].join(' ')
    await writeScript(program, `exec ${by} ${quoted(join(folder, `${path}.program`))} ${args}`)
  }
}

/** @throws Error when the packages have no loader */
function findLoader(files: string): string {
  for (const directory of ['usr/lib64', 'usr/lib']) {
    const name = entriesOf(join(files, directory)).find((entry) => /^ld-linux-.*\.so\.\d$/.test(entry))
    if (name !== undefined) return join(directory, name)
  }
  throw new Error('the packages have no loader of programs')
}

/** Where the packages have their libraries. */
function libraryDirectories(files: string): readonly string[] {
  const ofMachine = entriesOf(join(files, 'usr/lib')).filter((entry) => entry.endsWith('-linux-gnu'))
  return ofMachine.map((entry) => join('usr/lib', entry))
}

function programsBelow(files: string, directory: string): readonly string[] {
  return readdirSync(join(files, directory), { recursive: true })
    .map((entry) => join(directory, String(entry)))
    .filter((path) => {
      const status = lstatSync(join(files, path))
      return status.isFile() && (status.mode & 0o100) !== 0 && !/\.so(?:\.|$)/.test(path)
    })
}

async function isProgram(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(magic.length), 0, magic.length, 0)
    return buffer.toString('latin1') === magic
  } finally {
    await handle.close()
  }
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

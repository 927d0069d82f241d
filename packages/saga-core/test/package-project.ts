import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = dirname(fileURLToPath(import.meta.url))
const packageRoot = dirname(here)
const installed = join(packageRoot, '../../node_modules')

/** The packages of the project beside saga-core: its peers, and those of every application on Temporal. */
const peers = ['client', 'common', 'activity', 'plugin', 'worker', 'workflow'].map((name) => `@temporalio/${name}`)
const neighbours = [...peers, 'kysely', 'ioredis', '@types/node']

/** A project outside the repository that has saga-core from its tarball. */
export interface ConsumerProject {
  /** Runs Node in the project's folder; its standard output. */
  node(...args: readonly string[]): Promise<string>
  /** Type-checks and compiles the project; returns the compiler's messages. */
  compile(...flags: readonly string[]): Promise<readonly string[]>
  readonly folder: string
  remove(): Promise<void>
}

/** Packs saga-core; the path of the tarball. */
async function packSagaCore(to: string): Promise<string> {
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', to], { cwd: packageRoot })
  const [tarball] = (await readdir(to)).filter((name) => name.endsWith('.tgz'))
  return join(to, tarball as string)
}

/** Makes a project of one module kind around the consumer's sources. */
export async function consumerProject(type: 'module' | 'commonjs'): Promise<ConsumerProject> {
  const folder = await mkdtemp(join(tmpdir(), `saga-core-${type}-`))
  const tarball = await packSagaCore(folder)
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', version: '1.0.0', private: true, type }),
  )
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(compilerOptions))
  await cp(join(here, 'package-consumer'), join(folder, 'src'), { recursive: true })
  // Peers are linked rather than downloaded again; saga-core itself comes from its tarball.
  const flags = ['--offline', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']
  await run('npm', ['install', ...flags, tarball], { cwd: folder })
  for (const name of neighbours) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(join(installed, name), link, 'dir')
  }
  const node = async (...args: readonly string[]) => (await run(process.execPath, args, { cwd: folder })).stdout
  return {
    folder,
    node,
    // The compiler writes its errors to standard output.
    compile: (...flags) =>
      node(join(installed, 'typescript/bin/tsc'), '-p', '.', ...flags).then(
        () => [],
        (error: { readonly stdout: string }) => error.stdout.split('\n').filter((line) => line.includes('error TS')),
      ),
    remove: () => rm(folder, { recursive: true }),
  }
}

/** The options of a strict project. */
export const compilerOptions = {
  compilerOptions: {
    target: 'ES2024',
    lib: ['ES2024', 'ESNext.Collection'],
    module: 'NodeNext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: ['node'],
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from './markdown-table.js'

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

/** A CPU profile as V8 writes it. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds from one sample to the next. */
  readonly timeDeltas: readonly number[]
}

/** Busy time of one program: its microseconds by folder of the code that caused it. */
export interface BusyTime {
  readonly program: string
  readonly micros: ReadonlyMap<string, number>
}

const extension = '.cpuprofile'
const project = /\/(?:apps|packages)\/([\w-]+)\/dist\/(.*)$/
const installed = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/

/**
 * Reads the profiles of a folder, those of a program's threads together. Time counts for the folder of the innermost frame of the
 * project, so that a library's time is its caller's; without such a frame it counts for the library, or for Node.
 */
export function readProfiles(dir: string): readonly BusyTime[] {
  const files = readdirSync(dir).filter((name) => name.endsWith(extension))
  if (files.length === 0) throw new Error(`${dir} has no file that ends with ${extension}.`)
  const programs = new Map<string, Map<string, number>>()
  for (const name of files) {
    const profile: CpuProfile = JSON.parse(readFileSync(join(dir, name), 'utf8'))
    const program = programOf(profile)
    if (program === undefined) continue
    const micros = programs.get(program) ?? new Map<string, number>()
    programs.set(program, micros)
    for (const [folder, more] of busyTimeOf(profile)) micros.set(folder, (micros.get(folder) ?? 0) + more)
  }
  return [...programs].map(([program, micros]) => ({ program, micros }))
}

/** The program by its entry file; a thread of Temporal's worker is known by the workflows that it runs. */
function programOf({ nodes }: CpuProfile): string | undefined {
  const urls = nodes.map(({ callFrame }) => callFrame.url)
  const entry = urls.map((url) => project.exec(url)).find((found) => found?.[2] === 'main.js')?.[1]
  return entry ?? (urls.some((url) => url.startsWith('workflow-bundle')) ? 'workers, workflow threads' : undefined)
}

/** Microseconds of a profile by folder; time in which the thread waited is left out. */
export function busyTimeOf({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyMap<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
  const folders = new Map<number, string | undefined>()
  const micros = new Map<string, number>()
  for (const [at, id] of samples.entries()) {
    const node = byId.get(id)
    if (node === undefined || node.callFrame.functionName === '(idle)') continue
    if (!folders.has(id)) folders.set(id, folderOf(node, byId, parents))
    const folder = folders.get(id) ?? node.callFrame.functionName
    micros.set(folder, (micros.get(folder) ?? 0) + (timeDeltas[at] ?? 0))
  }
  return micros
}

function folderOf(
  node: ProfileNode,
  byId: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string | undefined {
  let outside: string | undefined
  for (let at: ProfileNode | undefined = node; at !== undefined; at = byId.get(parents.get(at.id) ?? 0)) {
    const { url } = at.callFrame
    if (url.startsWith('workflow-bundle')) return 'workflows'
    const [, name, path] = project.exec(url) ?? []
    if (path !== undefined) return `${name}/${path.split('/').slice(0, -1).join('/')}`
    outside = installed.exec(url)?.[1] ?? (url.startsWith('node:') ? (outside ?? 'node') : outside)
  }
  return outside
}

const leastShare = 0.01

/** The share of each folder in a program's busy time, the largest first; those under a hundredth are one row. */
export function profileTables(programs: readonly BusyTime[]): string {
  return programs.flatMap(({ program, micros }) => ['', `${program}:`, '', ...tableOf(micros)]).join('\n')
}

function tableOf(micros: ReadonlyMap<string, number>): readonly string[] {
  const total = [...micros.values()].reduce((sum, value) => sum + value, 0)
  const shares = [...micros].map(([folder, value]) => ({ folder, share: value / total }))
  const large = shares.filter(({ share }) => share >= leastShare).toSorted((one, other) => other.share - one.share)
  const rest = 1 - large.reduce((sum, { share }) => sum + share, 0)
  const rows = [...large, { folder: 'all others', share: rest }]
  const cells = rows.map(({ folder, share }) => [folder, `${(100 * share).toFixed(1)} %`])
  return markdownTable(['caused by', `share of ${(total / 1e6).toFixed(1)} s`], cells)
}

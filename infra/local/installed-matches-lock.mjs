// Exit code 0 when node_modules holds exactly what package-lock.json names. Runs before anything is installed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = process.argv[2] ?? process.cwd()
const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages

const wanted = packagesOf('package-lock.json')
const present = packagesOf('node_modules/.package-lock.json')

const isDependency = ([path]) => path.startsWith('node_modules/') || path.includes('/node_modules/')
const same = (a, b) => a?.version === b?.version && a?.integrity === b?.integrity && a?.resolved === b?.resolved

const differing = [
  ...Object.entries(present)
    .filter(isDependency)
    .filter(([path, entry]) => !same(entry, wanted[path])),
  ...Object.entries(wanted)
    .filter(isDependency)
    .filter(([path, { optional }]) => !optional && !(path in present)),
]
process.exitCode = differing.length === 0 ? 0 : 1

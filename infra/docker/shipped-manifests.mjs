// In the folder of an image: its manifests name what is in it, and nothing for development, so that `npm sbom` has no gaps.
import { readFileSync, writeFileSync } from 'node:fs'

const [, , ...workspaces] = process.argv
const read = (folder) => JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
const write = (folder, manifest) =>
  writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest, undefined, 2)}\n`)

for (const workspace of workspaces) {
  const { devDependencies: _, ...shipped } = read(workspace)
  write(workspace, shipped)
}
const { name, type, license } = read('.')
write('.', { name, version: '0.0.0', private: true, type, license, workspaces })

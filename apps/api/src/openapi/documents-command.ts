import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { documents, staleDocuments, writeDocuments } from './documents.js'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const texts = documents()
const stale = staleDocuments(root, texts)

if (!values.check) {
  writeDocuments(root, texts)
  console.log(stale.length === 0 ? 'Nothing has changed.' : `Written: ${stale.join(', ')}`)
} else if (stale.length > 0) {
  console.error(`Not as the code of the API says: ${stale.join(', ')}. Run: npm run documents`)
  process.exitCode = 1
}

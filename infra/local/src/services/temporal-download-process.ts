/** A program of its own: `node temporal-download-process.js <directory> <version>` leaves the CLI in the directory. */
import { TestWorkflowEnvironment } from '@temporalio/testing'

const [downloadDir, version] = process.argv.slice(2)
if (downloadDir === undefined || version === undefined)
  throw new TypeError('Two arguments are needed: <directory> <version>.')
// The SDK downloads only by starting what it downloaded.
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir, version } },
})
await environment.teardown()

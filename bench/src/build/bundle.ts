import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

function fileOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url))
}

// One each: a run loads what its bundle has, and a saga by hand has no saga-core.
for (const side of ['hand-written', 'saga-core']) {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileOf(`../workflows/${side}.workflow.js`),
    logger: new DefaultLogger('WARN'),
  })
  await writeFile(fileOf(`../${side}.bundle.js`), code)
}

import { runRush } from 'seckill-cli/rush'
import type { RushApart, RushMessage } from './rush-apart.js'

function tell(message: RushMessage, then = (): void => undefined): void {
  process.send?.(message, then)
}

process.once('message', async (options: RushApart) => {
  const report = await runRush(options, { onStart: () => tell({ kind: 'begins' }) })
  tell({ kind: 'ended', report }, () => process.disconnect())
})

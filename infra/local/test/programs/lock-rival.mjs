// Takes a lock again and again: node lock-rival.mjs <module> <lock directory> <witness file> <rounds> <last|dies>
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'

const [module, lockDir, witness, rounds, end] = process.argv.slice(2)
const { withLock } = await import(module)

for (let round = 1; round <= Number(rounds); round += 1) {
  await withLock(lockDir, { timeoutMs: 60_000 }, async () => {
    // Fails when another process is in here too.
    writeFileSync(witness, String(process.pid), { flag: 'wx' })
    await new Promise((resolve) => setImmediate(resolve))
    rmSync(witness)
    appendFileSync(`${witness}.rounds`, '.')
    if (end === 'dies' && round === Number(rounds)) process.kill(process.pid, 'SIGKILL')
  })
}

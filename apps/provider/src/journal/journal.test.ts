import { copyFileSync } from 'node:fs'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startProvider } from '../../test/provider-under-test.js'
import { temporaryFolder } from '../../test/temporary-folder.js'
import type { Callback } from '../state/records.js'
import { createStore } from '../state/store.js'
import { openJournal } from './open.js'
import { replayJournal } from './replay.js'

const quiet = { compactFrom: 10_000, onBatch: () => {}, onCompaction: () => {} }
const newPath = () => join(temporaryFolder(), 'journal.jsonl')

function callbackWith(id: string, body: string): Callback {
  const names = { id, type: 'payment.captured', paymentId: 'pay_1', merchantReference: 'order-7' } as const
  const plan = { state: 'pending', attempts: 0, copies: 1, dueAt: 1, held: false } as const
  return { ...names, ...plan, url: 'http://shop.example/callbacks', body, createdAt: 1 }
}

/** A provider that has made payments and stopped; returns its journal and what it answered last. */
async function stopped(descriptions: readonly string[]) {
  const provider = await startProvider()
  const made = []
  for (const description of descriptions) made.push(await provider.create({ description }))
  await provider.stop()
  return { journal: provider.journal, made }
}

describe('the journal', () => {
  it('gives back every payment as it was answered, whatever is in its text', async () => {
    const { journal, made } = await stopped(['plain', 'line\u2028separator', 'line\nfeed', '一张优惠券 🎟️'])
    const next = await startProvider({ PROVIDER_JOURNAL: journal, PUBLIC_URL: 'http://same' })
    const found = await Promise.all(made.map(({ id }) => next.find(id)))
    expect(found).toEqual(made.map((payment) => ({ ...payment, paymentUrl: `http://same/pay/${payment.id}` })))
    await next.stop()
  })

  it('gives back entries that are longer than what is read at once', async () => {
    const path = newPath()
    const [first, second] = [createStore(), createStore()]
    const journal = await openJournal(path, first, quiet)
    for (const length of [300_000, 1, 262_144, 700_000]) {
      const callback = callbackWith(`msg_${length}`, 'é'.repeat(length))
      first.take({ callback })
      journal.append({ callback })
    }
    await journal.close()
    await (await openJournal(path, second, quiet)).close()
    expect(second.pendingCallbacks()).toEqual(first.pendingCallbacks())
  })

  it('is read up to a last line that was not written to its end', async () => {
    const { journal, made } = await stopped(['kept'])
    const whole = await readFile(journal, 'utf8')
    await appendFile(journal, '{"payment":{"id":"pay_half')
    const next = await startProvider({ PROVIDER_JOURNAL: journal })
    expect((await next.find(made[0]?.id ?? '')).state).toBe('open')
    await next.stop()
    expect(await readFile(journal, 'utf8')).toBe(whole)
  })

  it('is refused with the number of a damaged line, and stays as it is', async () => {
    const { journal } = await stopped(['one', 'two'])
    const lines = (await readFile(journal, 'utf8')).split('\n')
    const damaged = [lines[0], lines[1]?.replace('"open"', '"opne"'), ...lines.slice(2)].join('\n')
    await writeFile(journal, damaged)
    await expect(startProvider({ PROVIDER_JOURNAL: journal })).rejects.toThrow(`${journal}: line 2`)
    expect(await readFile(journal, 'utf8')).toBe(damaged)
  })

  it('has one line a record after a start, however many changes there were', async () => {
    const provider = await startProvider()
    const { id } = await provider.create()
    for (let attempt = 0; attempt < 20; attempt += 1) await provider.act(id, 'fail')
    await provider.stop()
    const before = (await stat(provider.journal)).size
    const next = await startProvider({
      PROVIDER_JOURNAL: provider.journal,
      CALLBACK_FIRST_MS: '600000',
      CALLBACK_LONGEST_MS: '600000',
    })
    expect((await next.find(id)).failedAttempts).toBe(20)
    await next.stop()
    const payments = (await readFile(provider.journal, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith('{"payment"'))
    expect(payments).toHaveLength(1)
    expect((await stat(provider.journal)).size).toBeLessThan(before)
  })

  it('puts many waiting entries on disk in few batches', async () => {
    const batches: number[] = []
    const journal = await openJournal(newPath(), createStore(), {
      ...quiet,
      onBatch: (lines) => batches.push(lines),
    })
    const progress = { id: 'msg_1', state: 'pending', attempts: 1, copies: 1, dueAt: 1, held: false } as const
    await Promise.all(
      Array.from({ length: 500 }, () => {
        journal.append({ progress })
        return journal.durable()
      }),
    )
    expect(batches.reduce((sum, lines) => sum + lines, 0)).toBe(500)
    expect(batches.length).toBeLessThan(5)
    await journal.close()
  })

  it('is written anew while it runs, once it has several times as many lines as records', async () => {
    const [path, store] = [newPath(), createStore()]
    const compactions: number[] = []
    const journal = await openJournal(path, store, {
      ...quiet,
      compactFrom: 100,
      onCompaction: () => compactions.push(store.snapshotSize()),
    })
    for (let change = 0; change < 1_000; change += 1) {
      const entry = { callback: { ...callbackWith(`msg_${change % 7}`, ''), attempts: change } }
      store.take(entry)
      journal.append(entry)
      await journal.durable()
    }
    await journal.close()
    const lines = (await readFile(path, 'utf8')).split('\n').length
    expect([compactions.length > 3, lines < 150]).toEqual([true, true])
    const again = createStore()
    await replayJournal(path, again.take)
    expect(again.pendingCallbacks()).toEqual(store.pendingCallbacks())
  })

  it('has everything that was on disk before, at every moment in which it is written anew', async () => {
    const [path, store, folder] = [newPath(), createStore(), temporaryFolder()]
    const journal = await openJournal(path, store, { ...quiet, compactFrom: 20 })
    const durable = new Map<string, number>()
    let copies = 0
    const isWriting = { yes: true }
    /** Copies the file as a kill would leave it, and compares it with what was on disk when the copy began. */
    async function copyAndCompare(): Promise<void> {
      const before = new Map(durable)
      const copy = join(folder, `${copies}.jsonl`)
      copyFileSync(path, copy)
      copies += 1
      const replayed = createStore()
      await replayJournal(copy, replayed.take)
      for (const [id, attempts] of before) expect(replayed.callback(id)?.attempts).toBeGreaterThanOrEqual(attempts)
    }
    const observed = (async () => {
      while (isWriting.yes) await copyAndCompare()
    })()
    for (let change = 0; change < 2_000; change += 1) {
      const id = `msg_${change % 3}`
      const entry = { callback: { ...callbackWith(id, 'x'.repeat(200)), attempts: change } }
      store.take(entry)
      journal.append(entry)
      const written = journal.durable().then(() => durable.set(id, change))
      if (change % 5 === 0) await written
    }
    isWriting.yes = false
    await observed
    await journal.close()
    expect(copies).toBeGreaterThan(20)
  })

  it('of a process that is gone is taken over by one of many that start at once', async () => {
    const path = newPath()
    await writeFile(`${path}.lock`, '999999999 gone')
    const starts = Array.from({ length: 8 }, () => openJournal(path, createStore(), quiet))
    const ends = await Promise.allSettled(starts)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const end of ends) {
      if (end.status === 'rejected')
        expect(String(end.reason)).toMatch(/is in use by process|is being taken by another/)
    }
  })

  it('is taken over from a process that is gone, and not from one that runs', async () => {
    const path = newPath()
    await writeFile(`${path}.lock`, `${process.ppid} of-another-process`)
    await expect(openJournal(path, createStore(), quiet)).rejects.toThrow(`in use by process ${process.ppid}`)
    await writeFile(`${path}.lock`, `${process.pid} before-a-restart`)
    const journal = await openJournal(path, createStore(), quiet)
    await journal.close()
    await expect(stat(`${path}.lock`)).rejects.toThrow('ENOENT')
  })
})

import { describe, expect, it } from 'vitest'
import { cleanOldRows, type OldRow } from './barrier-cleaning.js'

const week = 7 * 24 * 3_600_000
const rows: readonly OldRow[] = [
  { saga: 'trip', lane: 'a' },
  { saga: 'trip', lane: 'a' },
  { saga: 'trip', lane: 'b' },
  { saga: 'stay', lane: 'a' },
]

/** Cleans two rows at once; of all lanes, only `ended` of the saga trip have ended. */
async function clean(olderThanMs: number, ended: readonly string[] = ['a']) {
  const asked: string[] = []
  const removed: (readonly OldRow[])[] = []
  const read = async (from: string, limit: number) => {
    const at = Number(from)
    const next = at + limit < rows.length ? { next: String(at + limit) } : {}
    return { rows: rows.slice(at, at + limit), ...next }
  }
  const options = {
    olderThanMs,
    rowsAtOnce: 2,
    ended: async (saga: string, lanes: readonly string[]) => {
      asked.push(`${saga} ${lanes}`)
      return saga === 'trip' ? ended : []
    },
  }
  const report = await cleanOldRows(options, read, async (some) => {
    removed.push(some)
    return some.length
  })
  return { report, asked, removed }
}

describe('cleaning old rows', () => {
  it('deletes the rows of ended lanes, asks for each lane of a page once, and reports no place to continue from at the end', async () => {
    const { report, asked, removed } = await clean(week)

    expect(report).toStrictEqual({ seen: 4, deleted: 2, kept: 2 })
    expect(asked).toEqual(['trip a', 'trip b', 'stay a'])
    expect(removed).toEqual([rows.slice(0, 2)])
  })

  it('deletes nothing when no lane has ended', async () => {
    expect(await clean(week, [])).toMatchObject({ report: { seen: 4, deleted: 0, kept: 4 }, removed: [] })
  })

  it.each([week - 1, 0, Number.NaN])('refuses rows %d ms old', async (olderThanMs) => {
    await expect(clean(olderThanMs)).rejects.toMatchObject({ code: 'SAGA_CLEANING_TOO_EARLY' })
  })
})

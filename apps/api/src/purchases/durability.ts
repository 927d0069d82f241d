/** What Redis promises of an accepted purchase: on disk before the answer, within a second, or not at all. */
export type Durability = 'always' | 'everysec' | 'none'

/** Asks Redis for one setting; `undefined` when it does not tell. */
export type ReadSetting = (name: string) => Promise<string | undefined>

/** Reads the persistence settings; a server that does not tell them promises nothing. */
export async function readDurability(setting: ReadSetting): Promise<Durability> {
  const [appendonly, fsync, offWhileRewriting] = await Promise.all(
    ['appendonly', 'appendfsync', 'no-appendfsync-on-rewrite'].map(setting),
  )
  if (appendonly !== 'yes' || offWhileRewriting !== 'no') return 'none'
  return fsync === 'always' || fsync === 'everysec' ? fsync : 'none'
}

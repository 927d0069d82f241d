import { closeBanks, createBanks, openBanks } from './banks.js'
import { prefix, server } from './server.js'

await createBanks(server, prefix)
const banks = openBanks(server, prefix)
await banks.north.insertInto('accounts').values({ number: 'ann', cents: 10_000 }).execute()
await banks.south.insertInto('accounts').values({ number: 'bob', cents: 10_000 }).execute()
await closeBanks(banks)
console.log(`${prefix}_north has ann, ${prefix}_south has bob: 100.00 each`)

import { describe, expect, it } from 'vitest'
import { readConfig } from './config.js'

const database = { DATABASE_URL: 'mysql://sale:secret@db/seckill' }
const email = {
  NOTIFIER_CHANNELS: 'log, email',
  SMTP_URL: 'smtp://user:hidden@mail:587',
  MAIL_FROM: 'sale@example.com',
}

describe('readConfig', () => {
  it('needs the database only, and then has the channel log', () => {
    expect(readConfig(database)).toMatchObject({
      channels: ['log'],
      email: undefined,
      defaultLanguage: 'zh-CN',
      timeZone: 'Asia/Shanghai',
      retry: { firstMs: 1_000, longestMs: 300_000, giveUpAfterMs: 86_400_000 },
    })
  })

  it('needs the mail server and the sender once the channel email is named', () => {
    expect(readConfig({ ...database, ...email })).toMatchObject({
      channels: ['log', 'email'],
      email: { smtpUrl: email.SMTP_URL, from: email.MAIL_FROM },
    })
    const without = () => readConfig({ ...database, NOTIFIER_CHANNELS: 'email' })
    expect(without).toThrow(/^The notifier's configuration is not usable:\n {2}SMTP_URL: .*\n {2}MAIL_FROM: /)
  })

  it.each([
    ['NOTIFIER_CHANNELS', 'log,pigeon'],
    ['NOTIFIER_CHANNELS', 'log,log'],
    ['SMTP_URL', 'http://user:hidden@mail'],
    ['MAIL_FROM', 'the sale'],
    ['TIME_ZONE', 'Asia/Nowhere'],
    ['DEFAULT_LANGUAGE', 'fr'],
    ['GIVE_UP_AFTER_MS', '0'],
    ['LEASE_MS', '9999'],
  ])('names %s when it is %s, and repeats no value', (name, value) => {
    const failing = () => readConfig({ ...database, ...email, [name]: value })
    expect(failing).toThrow(new RegExp(`^  ${name}`, 'm'))
    expect(failing).not.toThrow(/hidden|secret/)
  })
})

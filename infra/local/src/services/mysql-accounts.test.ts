import { describe, expect, it } from 'vitest'
import { initStatements } from './mysql-accounts.js'

const passwords = { app: 'a', migrator: 'm', root: 'r' }

describe('the statements of each start', () => {
  it('are one to a line and repeatable', () => {
    for (const statement of initStatements(passwords, '127.0.0.1', true)) {
      expect(statement).toMatch(/^(CREATE (DATABASE|USER) IF NOT EXISTS|ALTER USER|GRANT) [^\n]*;$/)
    }
  })

  it('grant the app rights on rows only, and neither account a right outside seckill… but to create users', () => {
    const grants = initStatements(passwords, '127.0.0.1', false).filter((statement) => statement.startsWith('GRANT'))
    expect(grants).toEqual([
      "GRANT SELECT, INSERT, UPDATE, DELETE ON `seckill%`.* TO 'seckill_app'@'127.0.0.1';",
      "GRANT ALL PRIVILEGES ON `seckill%`.* TO 'seckill_migrator'@'127.0.0.1';",
      "GRANT CREATE USER ON *.* TO 'seckill_migrator'@'127.0.0.1';",
      "GRANT GRANT OPTION ON `seckill%`.* TO 'seckill_migrator'@'127.0.0.1';",
    ])
  })

  it('give root a password where the server created it without one', () => {
    expect(initStatements(passwords, '%', true).at(-1)).toBe("ALTER USER 'root'@'localhost' IDENTIFIED BY 'r';")
    expect(initStatements(passwords, '%', false).join()).not.toContain('root')
  })
})

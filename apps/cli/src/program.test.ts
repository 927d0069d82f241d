import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { createProgram } from './program.js'

const root = join(import.meta.dirname, '../../..')
const documents = ['*.md', 'docs/*.md', 'docs/site/**/*.md', 'infra/**/*.md', 'bench/*.md', 'packages/*/docs/*.md']
/** npm and vitest take their options; `help` is commander's. */
const others = ['npm', 'test', 'help']
/** The command that is meant by its parent alone. */
const meant: Readonly<Record<string, string>> = { certificate: 'count', reconcile: 'run' }

/** Every `./seckill …` of the documents. */
function documented(): readonly string[] {
  const files = globSync(documents, { cwd: root, exclude: (name) => name.includes('node_modules') })
  const texts = files.flatMap((file) => [
    ...readFileSync(join(root, file), 'utf8').matchAll(/\.\/seckill ([a-z][^`|#\n>]*)/g),
  ])
  const commands = new Set(texts.map(([, text = '']) => text.trim()))
  return [...commands].filter((text) => !others.includes(text.split(' ')[0] ?? '')).sort()
}

function find(parent: Command | undefined, name: string | undefined): Command | undefined {
  return parent?.commands.find((one) => one.name() === name)
}

describe('a command in the documents', () => {
  const program = createProgram()
  const texts = documented()

  it('is found where there is one', () => {
    expect(texts).toContain('demo --exit --json')
    expect(texts).toContain('purchase show <number')
  })

  it.each(texts)('./seckill %s: has this name and these options', (text) => {
    const [word = '', second = ''] = text.split(/\s+/)
    const command = find(program, word)
    expect(command).toBeDefined()
    const called = find(command, second) ?? find(command, meant[word]) ?? command
    const known = [...(called?.options ?? []), ...(command?.options ?? [])].map(({ long }) => long)
    for (const [option] of text.replaceAll(/"[^"]*"|'[^']*'/g, '').matchAll(/--[a-z-]+/g))
      expect([...known, '--help']).toContain(option)
  })
})

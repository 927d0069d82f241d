import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capacityTables } from '../capacity/page.js'
import { changesForPeople, compareResults } from '../report/compare-results.js'
import { growthPlots } from '../report/growth-plots.js'
import { markdownTables, withTables } from '../report/markdown.js'
import { profileTables, readProfiles } from '../report/profile.js'
import { readResult } from '../report/read-result.js'
import type { Command } from './arguments.js'

/** Prints the changes from one result file to another. */
export function compare({ before, after, json }: Extract<Command, { kind: 'compare' }>): void {
  const changes = compareResults(readResult(before), readResult(after))
  process.stdout.write(json ? `${JSON.stringify(changes)}\n` : changesForPeople(changes))
}

/** Prints the tables of a result file, or writes them into a document between its marks. */
export function table({ file, only, write }: Extract<Command, { kind: 'table' }>): void {
  show(markdownTables(readResult(file), only), write)
}

/** Prints what a sale of some size needs, or writes it into a document between its marks. */
export function capacity({ file, goal, write }: Extract<Command, { kind: 'capacity' }>): void {
  show(capacityTables(readResult(file), goal), write)
}

function show(tables: string, file: string | undefined): void {
  if (file === undefined) process.stdout.write(tables)
  else writeFileSync(file, withTables(readFileSync(file, 'utf8'), tables))
}

/** Writes the charts of a result file into a folder. */
export function plots({ file, dir }: Extract<Command, { kind: 'plots' }>): void {
  mkdirSync(dir, { recursive: true })
  for (const [name, svg] of growthPlots(readResult(file))) {
    writeFileSync(join(dir, name), svg)
    process.stdout.write(`${join(dir, name)}\n`)
  }
}

/** Prints the code that a program's CPU time went to, from the profiles of a folder. */
export function profile({ dir }: Extract<Command, { kind: 'profile' }>): void {
  process.stdout.write(`${profileTables(readProfiles(dir))}\n`)
}

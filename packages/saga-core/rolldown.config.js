// The package's JavaScript: a file for each entry, and what entries share; its types come from tsc. Each run of a workflow loads all its
// modules anew, so they are few.
import { readFileSync } from 'node:fs'
import { defineConfig } from 'rolldown'

const { exports } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const entries = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.default]))
/** What the plugin names to the SDK by its path. */
const byPath = './dist/workflow/metrics-interceptors.js'
const nameOf = (file) => file.slice('./dist/'.length, -'.js'.length)

export default defineConfig({
  input: Object.fromEntries([...entries, byPath].map((file) => [nameOf(file), `src/${nameOf(file)}.ts`])),
  external: /^[^./]/,
  platform: 'neutral',
  logLevel: 'warn',
  output: {
    dir: 'dist',
    cleanDir: true,
    sourcemap: true,
    // The types have the documentation; a workflow would parse it with each module.
    comments: { jsdoc: false },
    chunkFileNames: 'shared/[name].js',
    codeSplitting: {
      groups: [
        { name: 'definition', test: /src.(?:(?:wire|definition).|saga-error)/, priority: 1 },
        { name: 'engine', test: /src.engine./ },
        { name: 'barrier', test: /src.barrier./ },
      ],
    },
  },
})

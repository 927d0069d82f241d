// Writes the name of each package of OpenTelemetry that the process loads into the file that its URL names: list-modules.mjs?file=…
import { appendFileSync } from 'node:fs'
import { registerHooks } from 'node:module'

const file = new URL(import.meta.url).searchParams.get('file')
const form = /\/@opentelemetry\/([\w-]+)\//

registerHooks({
  load(url, context, nextLoad) {
    const [, name] = form.exec(url) ?? []
    if (name !== undefined) appendFileSync(file, `${name}\n`)
    return nextLoad(url, context)
  },
})

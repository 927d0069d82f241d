import { expect, it } from 'vitest'
import { configurationPage } from '../src/configuration-page.js'

it('docs/configuration.md has every variable of every process, as the schemas say', async () => {
  await expect(configurationPage()).toMatchFileSnapshot('../../../docs/configuration.md')
})

import { expect, it } from 'vitest'
import { sagasPage } from '../src/sagas-page.js'

it('docs/sagas.md draws every saga as its definition is', async () => {
  await expect(sagasPage()).toMatchFileSnapshot('../../../docs/sagas.md')
})

import { expect, it } from 'vitest'
import { hrefOf, placeOf } from './route.js'

it.each([
  ['', 'live', undefined],
  ['#/nowhere', 'live', undefined],
  ['#/campaigns', 'campaigns', undefined],
  ['#/purchases/7-a%2Fb', 'purchases', '7-a/b'],
  ['#/purchases/%', 'purchases', '%'],
])('the address %j is the page %s with %s', (hash, page, thing) => {
  expect(placeOf(hash)).toEqual({ page, thing })
})

it('an address leads back to its thing, whatever its name', () => {
  expect(placeOf(hrefOf('purchases', '7-a/b?#'))).toEqual({ page: 'purchases', thing: '7-a/b?#' })
})

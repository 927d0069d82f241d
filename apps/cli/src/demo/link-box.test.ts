import { expect, it } from 'vitest'
import { linkBox } from './link-box.js'

const at = (port: number) => `http://127.0.0.1:${port}`
const urls = {
  shop: `${at(54_321)}/`,
  console: `${at(54_322)}/`,
  api: at(54_321),
  admin: at(54_322),
  provider: at(54_323),
  temporal: at(54_324),
  rabbitmq: at(54_327),
}
const monitoring = { prometheusUrl: at(54_325), alertmanagerUrl: at(54_326) }

it('a box has every link once, in 80 columns', () => {
  const lines = linkBox(urls, monitoring)
  expect(new Set(lines.map((line) => line.length)).size).toBe(1)
  expect(lines[0]?.length).toBeLessThanOrEqual(80)
  const addresses = lines.join('\n').match(/http:\S+/g) ?? []
  expect(addresses).toEqual([
    `${at(54_321)}/`,
    `${at(54_322)}/`,
    `${at(54_321)}/docs`,
    `${at(54_322)}/docs`,
    at(54_323),
    at(54_324),
    at(54_327),
    `${at(54_322)}/metrics`,
    `${at(54_325)}/alerts`,
    at(54_326),
  ])
})

it('a box without monitoring has no link to it', () => {
  expect(linkBox(urls, undefined).join('\n')).not.toMatch(/Alertmanager|\/alerts/)
})

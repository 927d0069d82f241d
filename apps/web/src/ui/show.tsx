import './base.css'
import { type ComponentChild, render } from 'preact'
import type { Language } from './language.js'

/** Shows a page in the place that its document has for it. @throws Error on a document without `#page` */
export function show(page: ComponentChild, language: Language): void {
  const place = document.getElementById('page')
  if (place === null) throw new Error('The document has no element #page to show the page in.')
  document.documentElement.lang = language
  place.replaceChildren()
  render(page, place)
}

import type { Language } from '../../ui/language.js'
import type { Texts } from './texts.js'

/** The words of the shopper's page in a language. A page loads the file of its own language only. */
export async function loadTexts(language: Language): Promise<Texts> {
  return language === 'en' ? (await import('./english.js')).englishTexts : (await import('./chinese.js')).chineseTexts
}

import type { Language } from '../../ui/language.js'
import { chineseTexts } from './chinese.js'
import { englishTexts } from './english.js'
import type { Texts } from './texts.js'

/** The words of the shopper's page in each language. */
export const textsOf: Readonly<Record<Language, Texts>> = { 'zh-CN': chineseTexts, en: englishTexts }

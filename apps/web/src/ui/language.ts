/** The languages of both pages. */
export type Language = 'zh-CN' | 'en'

const storedName = 'language'

/** The language that was chosen in this tab, or else the first of the browser's that the pages have; English when it asks for none of them. */
export function firstLanguage(storage: Pick<Storage, 'getItem'> = sessionStorage): Language {
  const chosen = storage.getItem(storedName)
  return chosen === 'zh-CN' || chosen === 'en' ? chosen : browserLanguage()
}

/** Keeps the language for this tab. */
export function chooseLanguage(language: Language): void {
  sessionStorage.setItem(storedName, language)
  document.documentElement.lang = language
}

export function browserLanguage(asked: readonly string[] = navigator.languages): Language {
  for (const tag of asked) {
    if (/^zh\b/i.test(tag)) return 'zh-CN'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'en'
}

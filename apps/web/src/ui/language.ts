/** The languages of both pages. */
export type Language = 'zh-CN' | 'en'

/** The first language of the browser that the pages have; English when it asks for none of them. */
export function browserLanguage(asked: readonly string[] = navigator.languages): Language {
  for (const tag of asked) {
    if (/^zh\b/i.test(tag)) return 'zh-CN'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'en'
}

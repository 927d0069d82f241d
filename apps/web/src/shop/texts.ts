import type { Language } from '../ui/language.js'

/** The words of the shopper's page. */
interface Texts {
  readonly shop: string
  readonly noAnswer: string
  readonly remaining: (remaining: number | null, total: number) => string
}

export const textsOf: Readonly<Record<Language, Texts>> = {
  'zh-CN': {
    shop: '秒杀',
    noAnswer: '服务器没有响应，请检查网络后刷新页面。',
    remaining: (remaining, total) => `剩余 ${remaining ?? '…'} / ${total}`,
  },
  en: {
    shop: 'Flash sale',
    noAnswer: 'The server does not answer. Check your connection and reload the page.',
    remaining: (remaining, total) => `${remaining ?? '…'} of ${total} left`,
  },
}

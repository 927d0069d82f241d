import type { Language } from 'seckill-messages'
import { type ErrorCode, ErrorCodes } from '../http/error-codes.js'
import { inlineHtml, page } from './page.js'

const texts = {
  'zh-CN': { all: '全部错误', when: '何时出现', advice: '如何处理', api: '接口文档', other: 'en' },
  en: { all: 'All errors', when: 'When', advice: 'What to do', api: 'The API', other: 'zh-CN' },
} as const satisfies Record<Language, object>

/** The page of one error: its messages in both languages, and in English when it comes and what to do. */
export function errorPage(code: ErrorCode, language: Language): string {
  const { status, when, advice, ...messages } = ErrorCodes[code]
  const { other, ...words } = texts[language]
  return page(
    language,
    `${code}: ${messages[language]}`,
    `<p class="quiet">HTTP ${status} <code>${code}</code></p>
<h1>${inlineHtml(messages[language])}</h1>
<p class="quiet" lang="${other}">${inlineHtml(messages[other])}</p>
<h2>${words.when}</h2>
<p lang="en">${inlineHtml(sentence(when))}</p>
<h2>${words.advice}</h2>
<p lang="en">${inlineHtml(sentence(advice))}</p>
<nav><ul><li><a href="/errors">${words.all}</a></li><li><a href="/docs">${words.api}</a></li></ul></nav>`,
  )
}

/** The page of all errors. */
export function errorsPage(language: Language): string {
  const words = texts[language]
  const rows = Object.entries(ErrorCodes).map(
    ([code, { status, [language]: message }]) =>
      `<tr><td>${status}</td><td><a href="/errors/${code}"><code>${code}</code></a></td><td>${inlineHtml(message)}</td></tr>`,
  )
  return page(
    language,
    words.all,
    `<h1>${words.all}</h1>
<table>
<tbody>
${rows.join('\n')}
</tbody>
</table>
<nav><ul><li><a href="/docs">${words.api}</a></li></ul></nav>`,
  )
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

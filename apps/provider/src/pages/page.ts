import { createHash } from 'node:crypto'
import escapeHtml from 'escape-html'
import type { Payment } from '../state/records.js'
import { style } from './style.js'
import { type PageLanguage, type PageTexts, pageTexts } from './texts.js'

/** The page may load nothing but its own style; its form may lead back to the shop. */
export function contentSecurityPolicy(returnUrl?: string): string {
  const styleHash = createHash('sha256').update(style).digest('base64')
  const formTargets = returnUrl === undefined ? "'self'" : `'self' ${new URL(returnUrl).origin}`
  return `default-src 'none'; style-src 'sha256-${styleHash}'; form-action ${formTargets}; base-uri 'none'; frame-ancestors 'none'`
}

/** An amount in minor units as a person reads it. */
export function moneyText(amount: number, currency: string, language: PageLanguage): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency })
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

/** The title begins with what has happened: a screen reader reads it first. */
function document(language: PageLanguage, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="sandbox">${pageTexts[language].sandbox}</p>
${body}
</main>
</body>
</html>
`
}

/** The page of a payment; `failed` tells the payer that the last attempt failed. */
export function paymentPage(payment: Payment, language: PageLanguage, failed: boolean): string {
  const { state, terms } = payment
  const texts = pageTexts[language]
  const amount = moneyText(terms.amount, terms.currency, language)
  const hasFailed = failed && state === 'open'
  const body = `<h1>${escapeHtml(terms.description)}</h1>
<p class="amount">${escapeHtml(amount)}</p>
${hasFailed ? `<p class="state failed" role="alert">${texts.failed}</p>` : `<p class="state ${state}">${texts.state[state]}</p>`}
${state === 'open' ? payForm(payment, texts, language, amount) : wayOut(payment, texts)}
<p class="note">${texts.reference}${escapeHtml(terms.merchantReference)}</p>`
  return document(language, `${hasFailed ? texts.failed : texts.state[state]} – ${terms.description}`, body)
}

function payForm({ id, terms }: Payment, texts: PageTexts, language: PageLanguage, amount: string): string {
  const { timeZone } = texts
  const until = new Date(terms.expiresAt)
  const time = until.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone })
  return `<form method="post" action="/pay/${escapeHtml(id)}">
<button class="main" name="action" value="pay">${texts.pay} ${escapeHtml(amount)}</button>
<button name="action" value="fail">${texts.fail}</button>
<button name="action" value="leave">${texts.leave}</button>
</form>
<p class="note">${texts.payBefore}<time datetime="${until.toISOString()}">${escapeHtml(time)}</time>${texts.timeZoneName}</p>`
}

function wayOut({ id, state, terms }: Payment, texts: PageTexts): string {
  const again = state === 'pending' ? `<a class="link" href="/pay/${escapeHtml(id)}">${texts.lookAgain}</a>\n` : ''
  return `${again}<a class="link main" href="${escapeHtml(terms.returnUrl)}">${texts.back}</a>`
}

/** The page of an address without a payment. */
export function unknownPage(language: PageLanguage): string {
  const { unknown } = pageTexts[language]
  return document(language, unknown, `<h1>${unknown}</h1>`)
}

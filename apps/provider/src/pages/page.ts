import { createHash } from 'node:crypto'
import escapeHtml from 'escape-html'
import type { Payment } from '../state/records.js'
import { type PageLanguage, pageTexts } from './texts.js'

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(24rem, 100% - 2rem); padding: 1.5rem 0; }
h1 { font-size: 1rem; font-weight: 600; margin: 0; overflow-wrap: anywhere; }
.amount { font-size: 2.25rem; font-weight: 700; margin: .25rem 0 1rem; font-variant-numeric: tabular-nums; }
button { font: inherit; display: block; width: 100%; padding: .7rem; margin: .5rem 0; border: 1px solid GrayText; border-radius: .5rem; background: none; color: inherit; cursor: pointer; }
button.pay { background: #0b57d0; border-color: #0b57d0; color: #fff; font-weight: 600; }
button:focus-visible, a:focus-visible { outline: 3px solid #7cacf8; outline-offset: 2px; }
.note { color: GrayText; font-size: .875rem; }
.failed { border-left: 4px solid #b3261e; padding-left: .75rem; }
`

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
${body}
</main>
</body>
</html>
`
}

/** The page of a payment; `failed` tells the payer that the last attempt failed. */
export function paymentPage({ id, state, terms }: Payment, language: PageLanguage, failed: boolean): string {
  const texts = pageTexts[language]
  const until = new Date(terms.expiresAt)
  const open = `${failed ? `<p class="failed" role="alert">${texts.failed}</p>` : ''}
<form method="post" action="/pay/${escapeHtml(id)}">
<button class="pay" name="action" value="pay">${texts.pay}</button>
<button name="action" value="fail">${texts.fail}</button>
<button name="action" value="leave">${texts.leave}</button>
</form>
<p class="note">${texts.payBefore} <time datetime="${until.toISOString()}">${escapeHtml(until.toLocaleString(language, { timeZone: 'UTC', timeZoneName: 'short' }))}</time></p>`
  const over = `<p><a href="${escapeHtml(terms.returnUrl)}">${texts.back}</a></p>`
  const body = `<h1>${escapeHtml(terms.description)}</h1>
<p class="amount">${escapeHtml(moneyText(terms.amount, terms.currency, language))}</p>
<p><strong>${texts.state[state]}</strong></p>
${state === 'open' ? open : over}
<p class="note">${texts.sandbox}<br>${escapeHtml(terms.merchantReference)}</p>`
  return document(language, texts.title, body)
}

/** The page of an address without a payment. */
export function unknownPage(language: PageLanguage): string {
  const texts = pageTexts[language]
  return document(language, texts.title, `<p>${texts.unknown}</p>`)
}

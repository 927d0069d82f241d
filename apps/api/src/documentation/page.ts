import escapeHtml from 'escape-html'
import type { Language } from 'seckill-messages'

/** Text with code spans as HTML. */
export function inlineHtml(markdown: string): string {
  return escapeHtml(markdown).replace(/`([^`]+)`/g, '<code>$1</code>')
}

/** A page without a script; `body` is HTML. */
export function page(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="/docs.css">
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`
}

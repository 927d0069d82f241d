import { ErrorCodes } from '../http/error-codes.js'

const head = `# Errors of the API

An error is answered as \`{code, message, data, error}\`: \`code\` is the HTTP status, \`error\` the stable name below, \`message\` its
text in zh-CN or, by \`Accept-Language\`, en. With \`Accept: application/problem+json\` the same comes as RFC 9457, whose \`type\` is
the path of a page of the API: \`/errors/<name>\`. Messages may change; names and statuses do not. Every answer carries \`X-Request-Id\`.

This page is made from \`apps/api/src/http/error-codes.ts\`: \`npm run documents\`.

| error | status | when | what to do |
|---|---|---|---|
`

/** The text of docs/errors.md. */
export function errorsMarkdown(): string {
  const rows = Object.entries(ErrorCodes).map(
    ([code, { status, when, advice }]) => `| \`${code}\` | ${status} | ${when} | ${advice} |\n`,
  )
  return head + rows.join('')
}

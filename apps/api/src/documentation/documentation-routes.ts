import type { Router } from 'express'
import { ApiError } from '../http/api-error.js'
import { isErrorCode } from '../http/error-codes.js'
import { languageOf } from '../http/language.js'
import { routes } from '../http/routes.js'
import { type ApiDescription, describeApi } from '../openapi/document.js'
import { apiPage } from './api-page.js'
import { documentationOperations } from './documentation-operations.js'
import { errorPage, errorsPage } from './error-pages.js'
import { style } from './style.js'

/** Serves the document of an API, and the pages made from it and from the error codes. */
export function documentationRoutes(api: ApiDescription): Router {
  const document = describeApi(api)
  const json = JSON.stringify(document)
  const html = apiPage(document)
  return routes(documentationOperations)({
    showDocument: () => ({ status: 200, text: json }),
    showDocumentation: () => ({ status: 200, text: html }),
    showStyle: () => ({ status: 200, text: style }),
    showError({ params: { code }, request }) {
      if (!isErrorCode(code)) throw new ApiError('NOT_FOUND')
      return { status: 200, text: errorPage(code, languageOf(request)) }
    },
    listErrors: ({ request }) => ({ status: 200, text: errorsPage(languageOf(request)) }),
  })
}

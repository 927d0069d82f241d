import { z } from 'zod'
import { type Operations, text } from '../http/operation.js'

/** The operations of the API's own documentation, on both ports. */
export const documentationOperations = {
  showDocument: {
    method: 'get',
    path: '/openapi.json',
    summary: 'This document',
    access: 'anyone',
    answers: { 200: text('application/json', 'OpenAPI 3.1', { schema: z.looseObject({ openapi: z.string() }) }) },
  },
  showDocumentation: {
    method: 'get',
    path: '/docs',
    summary: 'This document as a page',
    access: 'anyone',
    answers: { 200: text('text/html', 'A page') },
  },
  showStyle: {
    method: 'get',
    path: '/docs.css',
    summary: 'The style of the pages',
    access: 'anyone',
    answers: { 200: text('text/css', 'A style sheet') },
  },
  showError: {
    method: 'get',
    path: '/errors/:code',
    summary: 'The page of an error, which the `type` of RFC 9457 names',
    access: 'anyone',
    params: z.strictObject({ code: z.string() }),
    answers: { 200: text('text/html', 'A page') },
    errors: ['NOT_FOUND'],
  },
  listErrors: {
    method: 'get',
    path: '/errors',
    summary: 'The page of all errors',
    access: 'anyone',
    answers: { 200: text('text/html', 'A page') },
  },
} as const satisfies Operations

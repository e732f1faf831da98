import { fileURLToPath } from 'node:url'
import { type ResponseCase, readApiDescription, testDocumentedResponses } from '@fondasi/testing'

const description = readApiDescription(fileURLToPath(new URL('../openapi.json', import.meta.url)))

/** Declares a test for each case of a tag, and one that fails if a documented response has no case. */
export const testResponses = (tag: string, cases: ResponseCase[]) =>
  testDocumentedResponses(description, tag, cases)

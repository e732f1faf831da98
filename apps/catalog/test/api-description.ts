import { fileURLToPath } from 'node:url'
import { documentedAnswers as answersOf, readApiDescription } from '@fondasi/testing'

const description = readApiDescription(fileURLToPath(new URL('../openapi.json', import.meta.url)))

/** The responses that openapi.json documents for a tag, as `GET /v1/products/{id} 404`. */
export const documentedAnswers = (tag: string) => answersOf(description, tag)

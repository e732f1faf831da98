import { fileURLToPath } from 'node:url'
import { documentedAnswers as answersOf, operationsOf, readApiDescription } from '@fondasi/testing'

const description = readApiDescription(fileURLToPath(new URL('../openapi.json', import.meta.url)))

/** Every operation of auth. */
export const operations = () => operationsOf(description)

/** What auth promises for a tag, as `GET /v1/me 404`. */
export const documentedAnswers = (tag: string) => answersOf(description, tag)

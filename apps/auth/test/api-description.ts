import { fileURLToPath } from 'node:url'
import { documentedAnswers as answersOf, operationsOf, readApiDescription } from '@fondasi/testing'

const description = readApiDescription(fileURLToPath(new URL('../openapi.json', import.meta.url)))

/** Every operation of auth. */
export const operations = () => operationsOf(description)

/** The documented responses of a tag, such as `GET /v1/me 404`. */
export const documentedAnswers = (tag: string) => answersOf(description, tag)

import { fileURLToPath } from 'node:url'
import { testDocuments } from '@fondasi/testing'
import { expect, test } from 'vitest'
import { settings } from '../src/config.ts'
import { operations } from './api-description.ts'
import { useAuth } from './use-auth.ts'

const { auth } = await useAuth()
testDocuments({ folder: fileURLToPath(new URL('..', import.meta.url)), settings, app: auth.app })

test('the API reference begins with what a person does first, and ends with what only machines read', () => {
  const sections = [...new Set(operations().flatMap(({ tags }) => tags))]
  expect(sections[0]).toBe('registration')
  expect(sections.at(-1)).toBe('keys')
})

import { fileURLToPath } from 'node:url'
import { testDocuments } from '@fondasi/testing'
import { settings } from '../src/config.ts'
import { useApp } from './use-app.ts'

const { api } = await useApp()
testDocuments({ folder: fileURLToPath(new URL('..', import.meta.url)), settings, app: api.app })

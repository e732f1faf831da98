import { fileURLToPath } from 'node:url'
import { testDocuments } from '@fondasi/testing'
import { settings } from '../src/config.ts'
import { useAuth } from './use-auth.ts'

const { auth } = await useAuth()
testDocuments({ folder: fileURLToPath(new URL('..', import.meta.url)), settings, app: auth.app })

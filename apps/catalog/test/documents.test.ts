import { fileURLToPath } from 'node:url'
import { testDocuments } from '@fondasi/testing'
import { settings } from '../src/config.ts'
import { useCatalog } from './use-catalog.ts'

const { catalog } = await useCatalog()
testDocuments({ folder: fileURLToPath(new URL('..', import.meta.url)), settings, app: catalog.app })

import { fileURLToPath } from 'node:url'
import { testRefusedSettings } from '@fondasi/testing'

testRefusedSettings({
  folder: fileURLToPath(new URL('..', import.meta.url)),
  programs: ['main', 'provision', 'migrate', 'seed', 'keys list', 'roles a@b.example'],
})

import { fileURLToPath } from 'node:url'
import { testRefusedSettings } from '@fondasi/testing'

testRefusedSettings({
  folder: fileURLToPath(new URL('..', import.meta.url)),
  programs: ['main', 'worker', 'provision', 'migrate', 'seed'],
  env: { AUTH_DEVELOPMENT_KEY: 'no key' },
})

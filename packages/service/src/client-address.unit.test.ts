import { expect, test } from 'vitest'
import { plainForwardedFor } from './client-address.ts'

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['192.0.2.1:5678', '192.0.2.1'],
  [' 192.0.2.1:5678 ,198.51.100.2', '192.0.2.1, 198.51.100.2'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:5678', '2001:db8::1'],
  ['2001:0DB8:0:0::1', '2001:db8::1'],
  // The entries to the left of one that is not an address may be forged.
  ['192.0.2.1, unknown, 198.51.100.2', '198.51.100.2'],
  ['192.0.2.1, 198.51.100.2:port', undefined],
  ['fe80::1%eth0', undefined],
  ['[192.0.2.1', undefined],
  ['192.0.2.999', undefined],
  ['', undefined],
])('X-Forwarded-For: %j is read as %j', (header, expected) => {
  expect(plainForwardedFor(header)).toBe(expected)
})

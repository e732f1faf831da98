import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { BlockedTargetError, createTargetRules, isPublicAddress, lookupPublic } from './target-guard.ts'

const { refusal } = createTargetRules(['127.0.0.1:9000', 'receiver:8080'])

test.each([
  ['a public address', 'https://93.184.215.14/hook'],
  ['a public IPv6 address', 'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/'],
  ['a name, which is checked when it is resolved', 'http://shop.example:80/hook'],
  ['HTTPS on port 443', 'https://shop.example:443/hook'],
  ['a target that the setting allows', 'http://127.0.0.1:9000/hook'],
  ['an allowed name', 'http://receiver:8080/hook'],
])('a webhook may be sent to %s: %s', (_what, url) => {
  expect(refusal(url)).toBeUndefined()
})

const publicOnly = 'must be a public address'
test.each([
  ['loopback', 'http://127.0.0.1/', publicOnly],
  ['loopback in short', 'http://127.1/', publicOnly],
  ['loopback as one number', 'http://2130706433/', publicOnly],
  ['loopback in octal', 'http://0177.0.0.1/', publicOnly],
  ['loopback in hexadecimal', 'http://0x7f.0x0.0x0.0x1/', publicOnly],
  ['loopback in full-width digits', 'http://１２７.０.０.１/', publicOnly],
  ['loopback, percent-encoded', 'http://%31%32%37.0.0.1/', publicOnly],
  ['any address of this host', 'http://0.0.0.0/', publicOnly],
  ['zero', 'http://0/', publicOnly],
  ['a private network', 'http://10.1.2.3/', publicOnly],
  ['another private network', 'http://172.16.0.1/', publicOnly],
  ['a home network', 'http://192.168.1.1/', publicOnly],
  ['a carrier network', 'http://100.64.0.1/', publicOnly],
  ['the metadata service of a cloud', 'http://169.254.169.254/latest/meta-data/', publicOnly],
  ['multicast', 'http://224.0.0.1/', publicOnly],
  ['broadcast', 'http://255.255.255.255/', publicOnly],
  ['a benchmarking network', 'http://198.18.0.1/', publicOnly],
  ['IPv6 loopback', 'http://[::1]/', publicOnly],
  ['the unspecified IPv6 address', 'http://[::]/', publicOnly],
  ['mapped loopback', 'http://[::ffff:127.0.0.1]/', publicOnly],
  ['mapped loopback in hexadecimal', 'http://[::ffff:7f00:1]/', publicOnly],
  ['compatible loopback', 'http://[::7f00:1]/', publicOnly],
  ['NAT64 of loopback', 'http://[64:ff9b::7f00:1]/', publicOnly],
  ['6to4 of loopback', 'http://[2002:7f00:1::]/', publicOnly],
  ['Teredo', 'http://[2001:0:7f00:1::]/', publicOnly],
  ['a unique local address', 'http://[fd00::1]/', publicOnly],
  ['a link-local address', 'http://[fe80::1]/', publicOnly],
  ['the metadata service by IPv6', 'http://[fd00:ec2::254]/', publicOnly],
  ['documentation', 'http://[2001:db8::1]/', publicOnly],
  ['a user', 'http://user@shop.example/', 'must not contain a user or a password'],
  ['a password', 'http://:secret@shop.example/', 'must not contain a user or a password'],
  ['a port of an internal service', 'http://shop.example:6379/', 'must use port 80 or 443'],
  ['an allowed host with another port', 'http://127.0.0.1:9001/', 'must use port 80 or 443'],
  ['a file', 'file:///etc/passwd', 'must begin with https:// or http://'],
  ['another protocol', 'gopher://shop.example/', 'must begin with https:// or http://'],
  ['nonsense', 'not a url', 'must be a URL'],
])('no webhook is sent to %s: %s', (_what, url, reason) => {
  expect(refusal(url)).toBe(reason)
})

test('an address with a zone, and what is not an address, is not public', () => {
  for (const address of ['fe80::1%eth0', 'shop.example', '']) {
    expect(isPublicAddress(address), address).toBe(false)
  }
})

test('a name with private addresses only is not resolved for a webhook', async () => {
  await expect(promisify(lookupPublic)('localhost', {})).rejects.toThrow(BlockedTargetError)
  await expect(promisify(lookupPublic)('localhost', { all: true })).rejects.toThrow(BlockedTargetError)
  // Some systems do not know the name with a dot at its end.
  await expect(promisify(lookupPublic)('localhost.', {})).rejects.toThrow(
    /no public address|ENOTFOUND|EAI_AGAIN/,
  )
})

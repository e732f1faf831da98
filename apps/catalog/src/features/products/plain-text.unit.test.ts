import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText } from './plain-text.ts'

test.each([
  ['<p>Soft&nbsp;cotton</p><p>Light &amp; thin</p>', 'Soft\u00a0cotton\nLight & thin'],
  ['One<br>two<br/>three', 'One\ntwo\nthree'],
  ['<ul>\n  <li>Caf&eacute;</li>\n  <li>5&quot; &#x2014; &#8364;9</li>\n</ul>', 'Café\n5" — €9'],
  ['A <b>bold</b><i title="x > y">er</i> word', 'A bolder word'],
  ['before<script>alert("x")</script>after', 'before\nafter'],
  ['<style>p { color: red }</style>text<!-- comment --><![CDATA[data]]>', 'text'],
  ['<img src=x onerror=alert(1)>text', 'text'],
  ['<scr<script>ipt>alert(1)</scr</script>ipt>', 'ipt>alert(1)ipt>'],
  ['&lt;script&gt;alert(1)&lt;/script&gt;shirt', 'shirt'],
  ['&amp;lt;b&amp;gt;twice', 'twice'],
  ['&amp;amp;amp;amp;amp;lt;b', 'amp;amp;lt;b'],
  ['text<script>never closed', 'text'],
  ['text<a href="', 'text'],
  ['a&#0;b&#27;[31m&#x81;&#xd800;', 'a\ufffdb[31m\ufffd'],
  ['<p></p>', ''],
])('%j shows %j', (html, text) => {
  expect(plainText(html)).toBe(text)
})

test.each(['3 < 5 and 7 > 6', 'AT&T', 'R&D, Q&A', '<3', 'a <', '&', 'Line one\n\n  line two ', ''])(
  '%j is not HTML and stays as it is',
  (text) => {
    expect(plainText(text)).toBe(text)
  },
)

test('any text: the result has no markup, and is its own result', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '&',
    'amp;',
    'lt;',
    '#60;',
    'b',
    'script',
    '/',
    '!--',
    '-->',
    '"',
    ' ',
    '\n',
    'text',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = plainText(pieces.join(''))
      expect(plainText(text)).toBe(text)
      expect(text).not.toMatch(/<\/?[a-z!]|&(?:lt|amp|#60);/i)
    }),
    { numRuns: 2_000 },
  )
})

import type { Image } from './schemas.ts'

/** Enough bytes of a file to know its type. */
export const headBytes = 12

/** The type of an image by its first bytes, because a client can name any type. @returns undefined for other files */
export function contentTypeOf(head: Buffer): Image['contentType'] | undefined {
  const text = head.toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp'
  return undefined
}

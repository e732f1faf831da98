import { createHash } from 'node:crypto'
import { storableText } from '@fondasi/postgres'

/** How a failure is recorded in an attempt and a dead letter. Every text can be stored, however hostile the error. */
export interface Failure {
  errorClass: string
  message: string
  /** With the stacks of the causes. */
  stack: string
  /** Equal for failures that probably have one cause. */
  fingerprint: string
}

const maxMessageBytes = 2_048
const maxStackBytes = 8_192
const maxClassBytes = 128
/** A longer chain of causes is a loop or adds nothing. */
const maxCauses = 5

/**
 * Describes what a handler threw, which may be anything.
 * @param kind of the job
 * @param secrets values that must not appear
 */
export function describeFailure(error: unknown, kind: string, secrets: readonly string[] = []): Failure {
  const clean = (text: string, maxBytes: number) => storableBytes(without(text, secrets), maxBytes)
  const errorClass = clean(read(error, 'name') ?? typeof error, maxClassBytes)
  const message = clean(read(error, 'message') ?? textOf(error), maxMessageBytes)
  const stacks = chainOf(error).map((cause) => read(cause, 'stack') ?? textOf(cause))
  const stack = clean(stacks.join('\ncaused by: '), maxStackBytes)
  return { errorClass, message, stack, fingerprint: fingerprintOf(kind, { errorClass, stack }) }
}

/** Like `storableText`, but the limit is in bytes of UTF-8. */
export function storableBytes(text: string, maxBytes: number): string {
  // A UTF-16 unit has at least one byte, so this prefix is long enough, and megabytes are not encoded.
  const bytes = Buffer.from(storableText(text, maxBytes))
  if (bytes.length <= maxBytes) return bytes.toString()
  // A character that the cut divides becomes a replacement character of three bytes; drop it.
  return bytes
    .subarray(0, maxBytes)
    .toString()
    .replace(/\uFFFD$/, '')
}

/** Hashes the kind, the error class and the place in our own code. It leaves out line numbers, which change with each release. */
export function fingerprintOf(
  kind: string,
  { errorClass, stack }: Pick<Failure, 'errorClass' | 'stack'>,
): string {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line))
  const own = frames.find((line) => !/node:|node_modules/.test(line)) ?? ''
  const place = own.replaceAll(/(:\d+)+\)?\s*$/g, '')
  return createHash('sha256').update([kind, errorClass, place].join('\n')).digest('hex').slice(0, 16)
}

function chainOf(error: unknown): unknown[] {
  const chain = [error]
  for (let at = error; chain.length <= maxCauses; ) {
    at = at instanceof Error ? readAny(at, 'cause') : undefined
    if (at === undefined || chain.includes(at)) break
    chain.push(at)
  }
  return chain
}

/** A property that is a string. */
function read(value: unknown, name: string): string | undefined {
  const found = readAny(value, name)
  return typeof found === 'string' ? found : undefined
}

/** Reads a property of anything: a getter may throw. */
function readAny(value: unknown, name: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'a value that cannot be shown'
  }
}

function without(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[secret]')), text)
}

import { describe, expect, test } from 'vitest'
import { combineSlots, createSlots } from './slots.ts'

function slots(cron: string, timeZone: string, after: string, count: number): string[] {
  const next = createSlots({ cron, timeZone })
  const found: string[] = []
  for (let at: Date | undefined = new Date(after); found.length < count; ) {
    at = next(at)
    if (at === undefined) break
    found.push(at.toISOString().slice(5, 16))
  }
  return found
}

describe('a fixed time runs once per wall-clock day', () => {
  test.each([
    // cron, zone, after, slots in UTC
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T00:00Z',
      ['03-28T01:30', '03-29T01:00', '03-30T00:30'],
      'missing hour: right after the gap',
    ],
    [
      '0,30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['03-29T01:00', '03-30T00:00'],
      'two times in the gap are one slot',
    ],
    [
      '30 2,3 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['03-29T01:00', '03-29T01:30', '03-30T00:30'],
      'one in the gap and one after it',
    ],
    [
      '0 2,3 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      ['03-29T01:00', '03-30T00:00'],
      'the gap ends at the other time',
    ],
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['10-25T00:30', '10-26T01:30'],
      'repeated hour: the first time',
    ],
    [
      '0,30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      ['10-25T00:00', '10-25T00:30', '10-26T01:00'],
      'both times only in the first hour',
    ],
    [
      '30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00Z',
      ['03-08T07:00', '03-09T06:30'],
      'west of UTC, missing',
    ],
    [
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00Z',
      ['11-01T05:30', '11-02T06:30'],
      'west of UTC, repeated',
    ],
    [
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-02T12:00Z',
      ['10-02T15:45', '10-03T15:30', '10-04T15:15'],
      'a gap of half an hour',
    ],
    [
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-03T12:00Z',
      ['04-03T14:45', '04-04T14:45', '04-05T15:15'],
      'half an hour that is repeated',
    ],
    [
      '0 0 * * *',
      'America/Sao_Paulo',
      '2018-11-03T12:00Z',
      ['11-04T03:00', '11-05T02:00'],
      'midnight is missing',
    ],
    [
      '30 23 * * *',
      'Asia/Beirut',
      '2026-10-23T12:00Z',
      ['10-23T20:30', '10-24T20:30', '10-25T21:30'],
      'the hour before midnight is repeated',
    ],
    [
      '0 12 * * *',
      'Pacific/Apia',
      '2011-12-29T00:00Z',
      ['12-29T22:00', '12-30T10:00', '12-30T22:00'],
      'a whole day is missing',
    ],
    [
      '0 8 * * 1',
      'Asia/Jakarta',
      '2026-11-30T02:00Z',
      ['12-07T01:00', '12-14T01:00'],
      'a zone without changes',
    ],
    ['0 9 29 2 *', 'UTC', '2026-01-01T00:00Z', ['02-29T09:00', '02-29T09:00'], 'leap years only'],
  ])('%s in %s after %s: %j (%s)', (cron, zone, after, expected) => {
    expect(slots(cron, zone, after, expected.length)).toEqual(expected)
  })
})

describe('an interval keeps real time', () => {
  test.each([
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:10Z',
      ['03-29T00:30', '03-29T01:00', '03-29T01:30'],
      'over the gap',
    ],
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:10Z',
      ['10-25T00:30', '10-25T01:00', '10-25T01:30', '10-25T02:00'],
      'in both of the hours',
    ],
    [
      '0 * * * *',
      'America/New_York',
      '2026-11-01T04:30Z',
      ['11-01T05:00', '11-01T06:00', '11-01T07:00'],
      'hourly',
    ],
    ['*/5 * * * *', 'UTC', '2026-11-30T23:51Z', ['11-30T23:55', '12-01T00:00'], 'no clock change'],
  ])('%s in %s after %s: %j (%s)', (cron, zone, after, expected) => {
    expect(slots(cron, zone, after, expected.length)).toEqual(expected)
  })

  test('every N seconds counts from the slot before', () => {
    const next = createSlots({ everySeconds: 90 })
    expect(next(new Date('2026-10-25T00:59:30Z'))).toEqual(new Date('2026-10-25T01:01:00Z'))
  })
})

test('a date that never comes has no slot', () => {
  expect(slots('0 0 30 2 *', 'UTC', '2026-01-01T00:00Z', 1)).toEqual([])
})

describe('slots that were missed', () => {
  const minutely = createSlots({ cron: '* * * * *', timeZone: 'UTC' })
  const at = (time: string) => new Date(`2026-11-30T${time}Z`)

  test('a slot that is due on its own has missed none', () => {
    expect(combineSlots(at('10:00'), at('10:00:59'), minutely)).toEqual({
      slot: at('10:00'),
      missedFrom: null,
      missedCount: 0,
      next: at('10:01'),
    })
  })

  test('are combined into the newest, with the range', () => {
    expect(combineSlots(at('10:00'), at('10:07:30'), minutely)).toEqual({
      slot: at('10:07'),
      missedFrom: at('10:00'),
      missedCount: 7,
      next: at('10:08'),
    })
  })

  test('of a long outage are combined in several steps, so that no step blocks the process', () => {
    const decision = combineSlots(at('00:00'), at('20:00'), minutely)
    expect(decision).toMatchObject({ missedCount: 500, slot: at('08:20'), next: at('08:21') })
  })
})

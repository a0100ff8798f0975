import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDay, startOfDay } from '../../src/sources/lifecycle/zoned-days.ts'

const table: readonly (readonly [string, string, string | undefined, string])[] = [
  ['2026-11-26', 'Europe/Berlin', '2026-11-25T23:00:00.000Z', 'winter'],
  ['2026-07-01', 'Europe/Berlin', '2026-06-30T22:00:00.000Z', 'summer'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', 'the day that has 23 hours begins in winter'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z', 'and ends in summer'],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 'the day that has 25 hours'],
  ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z', 'and its end'],
  ['2026-03-08', 'America/New_York', '2026-03-08T05:00:00.000Z', 'before the change'],
  ['2026-03-09', 'America/New_York', '2026-03-09T04:00:00.000Z', 'after it'],
  ['2026-11-02', 'America/New_York', '2026-11-02T05:00:00.000Z', 'and back'],
  ['2027-01-01', 'Asia/Tokyo', '2026-12-31T15:00:00.000Z', 'no change of clocks'],
  ['2027-01-01', 'Asia/Seoul', '2026-12-31T15:00:00.000Z', 'nor here'],
  ['2026-11-26', 'Pacific/Apia', '2026-11-25T11:00:00.000Z', 'thirteen hours ahead'],
  ['2011-12-30', 'Pacific/Apia', '2011-12-30T10:00:00.000Z', 'a day that was left out as a whole begins with the next'],
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z', 'midnight is skipped: the day begins at one'],
  ['2018-02-18', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z', 'the hour before it came twice'],
  ['2026-04-24', 'Africa/Cairo', '2026-04-23T22:00:00.000Z', 'midnight is skipped: the day begins at one'],
  ['2026-10-30', 'Africa/Cairo', '2026-10-29T22:00:00.000Z', 'the hour before it came twice'],
  ['2026-04-05', 'Australia/Lord_Howe', '2026-04-04T13:00:00.000Z', 'half an hour of summer time'],
  ['2026-04-06', 'Australia/Lord_Howe', '2026-04-05T13:30:00.000Z', 'and without'],
  ['2026-11-26', 'Europe/Atlantis', undefined, 'no such zone'],
  ['2026-11-26', '', undefined, 'no zone'],
]

for (const [day, zone, expected, why] of table)
  test(`the day ${day} begins where it is ${zone || 'nowhere'}: ${why}`, () => {
    assert.equal(startOfDay(Temporal.PlainDate.from(day), zone), expected)
  })

test('days are read as HR systems write them, and no others', () => {
  for (const text of ['2026-11-26', '20261126', '2026/11/26', ' 2026-11-26T00:00:00Z ', '2026-11-26 08:00'])
    assert.equal(parseDay(text)?.toString(), '2026-11-26', text)
  for (const text of ['2026-02-30', '26.11.2026', 'soon', '', '2026-13-01'])
    assert.equal(parseDay(text), undefined, text)
})

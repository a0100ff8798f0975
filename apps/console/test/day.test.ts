import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addDays, addMonths, firstWeekdayOf, formatDay, parseDay, weekdayOf, weeksOf } from '../src/i18n/day.ts'

test('a day is written and read in the order of each language, and as ISO 8601 in all', () => {
  const day = '2027-01-31'
  for (const [language, text] of [
    ['en', '01/31/2027'],
    ['ko', '2027. 01. 31.'],
    ['ja', '2027/01/31'],
    ['fr', '31/01/2027'],
  ] as const) {
    assert.equal(formatDay(day, language), text)
    assert.equal(parseDay(text, language), day)
    assert.equal(parseDay(day, language), day)
  }
  assert.equal(parseDay('31/01/2027', 'en'), undefined)
  assert.equal(parseDay('2027-02-30', 'en'), undefined)
  assert.equal(parseDay('1/31/27', 'en'), undefined)
  assert.equal(parseDay('soon', 'en'), undefined)
})

test('a month of a calendar begins as people of the language begin a week, and knows its short months', () => {
  assert.equal(firstWeekdayOf('fr'), 1)
  assert.equal(firstWeekdayOf('ko'), 7)
  assert.equal(weekdayOf('2027-02-01'), 1)
  const weeks = weeksOf('2027-02-14', 7)
  assert.deepEqual([weeks[0]?.[0], weeks.at(-1)?.at(-1)], ['2027-01-31', '2027-03-06'])
  assert.equal(weeksOf('2027-02-14', 1).length, 4)
  assert.equal(addMonths('2027-01-31', 1), '2027-02-28')
  assert.equal(addDays('2027-02-28', 1), '2027-03-01')
})

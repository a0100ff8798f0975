import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextAttempt, type FailedAttempt, type NextAttempt } from '../../src/provisioning/health/next-attempt.ts'
import { numberPresets, type NumberPreset } from '../../src/provisioning/numbers.ts'

const start = new Date('2026-11-21T09:00:00.000Z')
const minuteMs = 60_000
const hourMs = 60 * minuteMs

function next(preset: NumberPreset, failed: Partial<FailedAttempt>): NextAttempt {
  return nextAttempt(numberPresets[preset].escrow, {
    class: 'object',
    attempts: 1,
    firstFailedAt: start,
    now: start,
    random: 0.5,
    ...failed,
  })
}

/** How long after each failure the next try comes, when every try fails. */
function delays(preset: NumberPreset, count: number, random = 0.5): readonly number[] {
  const found: number[] = []
  let now = start
  for (let attempts = 1; attempts <= count; attempts++) {
    const attempt = next(preset, { attempts, now, random })
    if (attempt.kind !== 'escrow') break
    found.push(attempt.at.getTime() - now.getTime())
    now = attempt.at
  }
  return found
}

test('an object that is refused waits 1, 5, 15 minutes, 1, 4, 12, 24 hours, then a day each, a fifth more or less', () => {
  const steps = [1, 5, 15, 60, 240, 720, 1_440, 1_440, 1_440].map((minutes) => minutes * minuteMs)
  assert.deepEqual(delays('default', 9), steps)
  assert.deepEqual(
    delays('default', 9, 0).map(Math.round),
    steps.map((step) => step * 0.8),
  )
  assert.deepEqual(
    delays('default', 9, 1).map(Math.round),
    steps.map((step) => step * 1.2),
  )
  assert.equal(delays('default', 500).length, 500, 'nobody is dropped')
})

test('AC-E30: under entra-parity it is 6, 12, 24 hours after the first failure, then daily, for 28 days', () => {
  const found = delays('entra-parity', 100)
  assert.deepEqual(found.slice(0, 5), [6 * hourMs, 6 * hourMs, 12 * hourMs, 24 * hourMs, 24 * hourMs])
  assert.equal(
    found.reduce((total, one) => total + one, 0),
    28 * 24 * hourMs,
  )
  assert.deepEqual(next('entra-parity', { attempts: 31, now: new Date(start.getTime() + 28 * 24 * hourMs) }), {
    kind: 'givenUp',
    attempts: 31,
  })
})

test('under entra-parity times that have passed, as while the app was paused, are not made up for at once', () => {
  const now = new Date(start.getTime() + 10 * 24 * hourMs + hourMs)
  assert.deepEqual(next('entra-parity', { attempts: 2, now }), {
    kind: 'escrow',
    at: new Date(start.getTime() + 11 * 24 * hourMs),
    attempts: 2,
  })
})

test('what may pass by itself is tried three times within 30 seconds each, then waits by the schedule', () => {
  for (const attempts of [1, 2, 3]) {
    const attempt = next('default', { class: 'transient', attempts, random: 1 })
    assert.deepEqual(attempt, { kind: 'retry', at: new Date(start.getTime() + 30_000), attempts })
  }
  assert.deepEqual(next('default', { class: 'transient', attempts: 4 }), {
    kind: 'escrow',
    at: new Date(start.getTime() + minuteMs),
    attempts: 4,
  })
})

test('being asked to wait is no failure: the count stays, and the app says when', () => {
  const blockedUntil = new Date(start.getTime() + 90_000)
  assert.deepEqual(next('default', { class: 'throttle', attempts: 3, blockedUntil }), {
    kind: 'retry',
    at: blockedUntil,
    attempts: 2,
  })
  assert.deepEqual(next('default', { class: 'reference' }), { kind: 'none' })
})

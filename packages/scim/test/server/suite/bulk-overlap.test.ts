import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Json, scimError } from '@rollcall/scim'
import { makeMemoryProvider } from './memory-provider.ts'
import {
  type Answer,
  type TestClient,
  type ProviderFactory,
  connect,
  enterpriseUrn,
  groupUrn,
  listOf,
  toUser,
} from './provider.ts'

const batch = 100

const post = (number: number, userName = `u${number}`, more = {}): Json => ({
  method: 'POST',
  path: '/Users',
  bulkId: `b${number}`,
  data: toUser(userName, more),
})

const managedBy = (number: number) => ({ [enterpriseUrn]: { manager: { value: `bulkId:b${number}` } } })

const resultsOf = (answer: Answer) => listOf(answer.at('Operations'))

const statuses = (answer: Answer) => resultsOf(answer).map((_, index) => answer.at('Operations', index, 'status'))

const idOf = (answer: Answer, index: number) =>
  String(answer.at('Operations', index, 'location'))
    .split('/')
    .at(-1)

/**
 * Writes down when batches are made ready and written. Each write waits for the next batch as long as one is promised,
 * and fails when `fails` says so.
 */
function watch(
  { provider: { storage } }: TestClient,
  plan: { readonly batches: number; readonly fails?: number },
): string[] {
  const events: string[] = []
  const { prepareMany } = storage
  assert.ok(prepareMany !== undefined)
  const ready = Array.from({ length: plan.batches + 1 }, () => Promise.withResolvers<void>())
  ready.at(-1)?.resolve()
  let made = 0
  storage.prepareMany = (context, type, drafts) => {
    const number = made++
    events.push(`ready ${number}`)
    const create = prepareMany.call(storage, context, type, drafts)
    ready[number]?.resolve()
    return async () => {
      events.push(`begin ${number}`)
      await ready[number + 1]?.promise
      try {
        if (plan.fails === number) throw scimError('unavailable', 'The database is gone')
        return await create()
      } finally {
        events.push(`end ${number}`)
      }
    }
  }
  return events
}

/** What a bulk request does while the store is at work. */
export function bulkOverlapCases(makeProvider: ProviderFactory): void {
  test('a batch is made ready while the one before is written, and written after it', { timeout: 20_000 }, async () => {
    const scim = await connect(makeProvider)
    const events = watch(scim, { batches: 3 })
    // One who stands twice far apart: only the first may win, so the order of the writes shows.
    const names = Array.from({ length: 3 * batch }, (_, n) => (n === 2 * batch + 7 ? 'U3' : `u${n}`))
    const answer = await scim.bulk(names.map((name, n) => post(n, name)))
    assert.deepEqual(events, [
      'ready 0',
      'begin 0',
      'ready 1',
      'end 0',
      'begin 1',
      'ready 2',
      'end 1',
      'begin 2',
      'end 2',
    ])
    const failed = statuses(answer).flatMap((status, index) => (status === '201' ? [] : [`${index}:${String(status)}`]))
    assert.deepEqual(failed, [`${2 * batch + 7}:409`])
    assert.deepEqual(
      resultsOf(answer).map((_, index) => answer.at('Operations', index, 'bulkId')),
      names.map((_, n) => `b${n}`),
    )
  })

  test(
    'a batch that the database loses fails by itself, also when the next one is ready',
    { timeout: 20_000 },
    async () => {
      const scim = await connect(makeProvider)
      watch(scim, { batches: 3, fails: 1 })
      const operations = Array.from({ length: 3 * batch }, (_, n) => post(n))
      const group = (number: number): Json => ({
        method: 'POST',
        path: '/Groups',
        bulkId: `g${number}`,
        data: { schemas: [groupUrn], displayName: `G${number}`, members: [{ value: `bulkId:b${number}` }] },
      })
      const answer = await scim.bulk([...operations, group(batch - 1), group(batch)])
      const expected = operations.map((_, n) => (n >= batch && n < 2 * batch ? '503' : '201'))
      assert.deepEqual(statuses(answer), [...expected, '201', '409'])
      assert.equal((await scim.get('/Users?count=0')).at('totalResults'), 2 * batch)
    },
  )

  test('who refers to somebody that is still being written waits for him', { timeout: 20_000 }, async () => {
    const scim = await connect(makeProvider)
    const operations = Array.from({ length: 3 * batch }, (_, n) =>
      post(n, `u${n}`, n >= batch ? managedBy(n - batch) : {}),
    )
    const answer = await scim.bulk(operations)
    assert.ok(statuses(answer).every((status) => status === '201'))
    for (const n of [batch, 2 * batch - 1, 2 * batch, 3 * batch - 1]) {
      const person = await scim.get(`/Users/${idOf(answer, n)}`)
      assert.equal(person.at(enterpriseUrn, 'manager', 'value'), idOf(answer, n - batch))
    }
  })

  test('failOnErrors ends with that very error, however many operations are under way', async () => {
    const scim = await connect(makeProvider)
    await scim.user('taken')
    // Every other one is refused: the 130th error is operation 259.
    const half = Array.from({ length: 400 }, (_, n) => post(n, n % 2 === 1 ? 'taken' : `u${n}`))
    const stopped = await scim.bulk(half, { failOnErrors: 130 })
    assert.equal(statuses(stopped).length, 260)
    assert.equal((await scim.get('/Users?count=0')).at('totalResults'), 131)
    const all = await scim.bulk(
      Array.from({ length: 400 }, (_, n) => post(n, 'taken')),
      { failOnErrors: 250 },
    )
    assert.equal(statuses(all).length, 250)
    // What is refused before the store is asked counts as well.
    const invalid = await scim.bulk(
      Array.from({ length: 400 }, (_, n) => post(n, n < 150 ? '' : 'taken')),
      { failOnErrors: 230 },
    )
    assert.deepEqual(statuses(invalid), [...Array<string>(150).fill('400'), ...Array<string>(80).fill('409')])
  })
}

if (import.meta.main) bulkOverlapCases(makeMemoryProvider)

import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { createSourceHarness } from './source-harness.ts'
import { json, serve } from './web-server.ts'

const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
after(() => harness[Symbol.asyncDispose]())

const total = 230
const pageSize = 50
const rules = sourceRules.parse({
  anchor: 'id',
  mappings: [{ target: 'userName', kind: 'direct', source: 'userName' }],
  correlation: [[{ target: 'userName' }]],
})

type Ways = { readonly hasCursors: boolean; isBroken: boolean; forgetsCursors: boolean }

/** Another SCIM server, which breaks off at its third page for as long as it is told to. */
async function open(t: TestContext, name: string, ways: Ways) {
  const server = await serve(t, ({ url }, response) => {
    if (url.pathname.endsWith('/Groups')) return json(response, { schemas: [], totalResults: 0, Resources: [] })
    if (!url.pathname.endsWith('/Users'))
      return json(response, { schemas: [], pagination: { cursor: ways.hasCursors, index: true } })
    const cursor = url.searchParams.get('cursor')
    if (cursor === String(2 * pageSize + 1) && ways.forgetsCursors) {
      ways.forgetsCursors = false
      response.writeHead(400, { 'content-type': 'application/scim+json' })
      return response.end(JSON.stringify({ schemas: [], status: '400', scimType: 'expiredCursor' }))
    }
    const start = Number(cursor === null ? url.searchParams.get('startIndex') : cursor || '1')
    if (start > 2 * pageSize && ways.isBroken) return response.destroy()
    const end = Math.min(total, start + pageSize - 1)
    const Resources = Array.from({ length: end - start + 1 }, (_, at) => {
      return { id: `${name}-${start + at}`, userName: `${name}${start + at}@acme.example` }
    })
    const next = cursor !== null && end < total ? { nextCursor: String(end + 1) } : {}
    json(response, { schemas: [], totalResults: total, Resources, ...next })
  })
  const place = { kind: 'scim', url: `${server.origin}/scim`, pageSize, delta: 'never' }
  const source = await harness.createSource(name, { place, rules })
  const started = await harness.send('POST', `${source}/reads`, { body: {} })
  const path = `/api/v1/organizations/acme/source-reads/${started.body.id}`
  return { server, readOne: async () => (await harness.send('GET', path)).body }
}

const startsOf = (asked: readonly { readonly url: URL }[]): readonly string[] =>
  asked
    .filter(({ url }) => url.pathname.endsWith('/Users'))
    .map(({ url }) => url.searchParams.get('cursor') ?? url.searchParams.get('startIndex') ?? '')

for (const hasCursors of [false, true])
  test(`a read of another SCIM server that breaks off goes on where it was, by ${hasCursors ? 'cursor' : 'index'}`, async (t) => {
    const ways: Ways = { hasCursors, isBroken: true, forgetsCursors: false }
    const { server, readOne } = await open(t, hasCursors ? 'c' : 'i', ways)
    await harness.work()
    const broken = await readOne()
    assert.deepEqual([broken.state, broken.counts.read], ['reading', 2 * pageSize], JSON.stringify(broken))
    const before = server.asked.length
    ways.isBroken = false
    harness.application.clock.advance(60_000)
    await harness.work()
    const read = await readOne()
    assert.deepEqual([read.state, read.counts.read, read.counts.create], ['done', total, total], JSON.stringify(read))
    assert.deepEqual(startsOf(server.asked.slice(before)), ['101', '151', '201'])
  })

test('a server that has forgotten its cursor is read anew, and one that was away for an hour too', async (t) => {
  const ways: Ways = { hasCursors: true, isBroken: true, forgetsCursors: false }
  const { server, readOne } = await open(t, 'f', ways)
  await harness.work()
  const before = server.asked.length
  Object.assign(ways, { isBroken: false, forgetsCursors: true })
  harness.application.clock.advance(60_000)
  await harness.work()
  const read = await readOne()
  assert.deepEqual([read.state, read.counts.read], ['done', total], JSON.stringify(read))
  assert.deepEqual(startsOf(server.asked.slice(before)), ['101', '', '51', '101', '151', '201'])
  const slept: Ways = { hasCursors: false, isBroken: true, forgetsCursors: false }
  const other = await open(t, 's', slept)
  await harness.work()
  slept.isBroken = false
  harness.application.clock.advance(61 * 60_000)
  const asked = other.server.asked.length
  await harness.work()
  assert.deepEqual(startsOf(other.server.asked.slice(asked)), ['1', '51', '101', '151', '201'])
  assert.equal((await other.readOne()).counts.read, total)
})

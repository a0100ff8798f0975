import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { activate, createPeopleHarness, enterpriseUrn, toUser, type PeopleHarness } from './people-harness.ts'

let server: PeopleHarness
before(async () => {
  server = await createPeopleHarness()
})
after(() => server[Symbol.asyncDispose]())

const dayMs = 86_400_000
const inDays = (days: number) => new Date(server.application.clock().getTime() + days * dayMs).toISOString()
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value })

async function open(slug: string) {
  const place = await server.place(slug)
  const source = await place.source({ name: 'Corp directory' })
  const id = await source.user('ada', { title: 'Countess', [enterpriseUrn]: { department: 'Sea' } })
  const { id: account } = await place.find('ada')
  const path = `/people/${account}`
  const update = (attributes: object) => place.api('PATCH', path, { attributes, reason: 'by hand' })
  const override = (attributes: readonly string[], days = 7) =>
    place.api('POST', `${path}/overrides`, { attributes, reason: 'typo at the source', until: inDays(days) })
  const title = async () => (await source.scim('GET', `/Users/${id}`)).body.title
  return { place, source, id, path, update, override, title }
}

test('what a connection manages is locked: 403 names the connection and each attribute, and nothing changes', async () => {
  const { place, path, update } = await open('locked')
  const before = await place.api('GET', path)
  assert.equal(before.body.locks.managedBy.name, 'Corp directory')
  for (const name of ['title', 'userName', 'active', `${enterpriseUrn}:department`])
    assert.ok(before.body.locks.lockedAttributes.includes(name), name)
  const refused = await update({ title: 'Captain', name: { givenName: 'A' }, [enterpriseUrn]: { department: 'Sky' } })
  assert.deepEqual([refused.status, refused.body.code], [403, 'locked'])
  assert.match(refused.body.detail, /managed by Corp directory/)
  assert.deepEqual(
    refused.body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(),
    ['/attributes/name', '/attributes/title', `/attributes/${enterpriseUrn}:department`].toSorted(),
  )
  for (const [method, rest] of [
    ['POST', '/suspend'],
    ['DELETE', ''],
  ] as const) {
    const reply = await place.api(method, path + rest, method === 'POST' ? {} : undefined)
    assert.deepEqual([reply.status, reply.body.code], [403, 'locked'], rest)
  }
  assert.equal((await update({ title: 'Countess' })).status, 200, 'what changes nothing touches no lock')
  assert.deepEqual((await place.api('GET', path)).body, before.body)
})

test('an override unlocks until its end; the source’s pushes wait, and its last word returns with its next push', async () => {
  const { place, source, id, path, update, override, title } = await open('overridden')
  const begun = await override(['title'])
  assert.equal(begun.status, 201, JSON.stringify(begun.body))
  assert.match(begun.body.data[0].id, /^ovr_/)
  assert.equal((await update({ title: 'Captain' })).body.attributes.title, 'Captain')
  assert.equal((await update({ nickName: 'A' })).body.code, 'locked')
  const pushed = await source.patch(`/Users/${id}`, replace('title', 'Admiral'), replace('nickName', 'Addie'))
  assert.deepEqual([pushed.body.title, pushed.body.nickName], ['Captain', 'Addie'])
  const version = pushed.body.meta.version
  const alone = await source.patch(`/Users/${id}`, replace('title', 'Commodore'))
  assert.deepEqual(
    [alone.body.title, alone.body.meta.version],
    ['Captain', version],
    'nothing changed but what it said last',
  )
  const { body: history } = await place.api('GET', `${path}/history`)
  assert.deepEqual(history.data[0].kept, [{ path: 'title', pushed: 'Admiral' }])
  assert.deepEqual(history.data[0].changes, [{ path: 'nickName', after: 'Addie' }])
  assert.deepEqual(history.data.map(({ action }: { action: string }) => action).slice(1, 3), [
    'user.updated',
    'user.override_began',
  ])
  server.application.clock.advance(8 * dayMs)
  assert.equal(await title(), 'Captain', 'until the source writes again')
  const next = await source.patch(`/Users/${id}`, replace('nickName', 'Ada'))
  assert.deepEqual([next.body.title, next.body.nickName], ['Commodore', 'Ada'])
  assert.equal((await update({ title: 'Captain' })).body.code, 'locked')
  const { body: list } = await place.api('GET', `${path}/overrides?total=true`)
  assert.deepEqual(
    [list.total, list.data[0].lasts, list.data[0].pushed, list.data[0].settledAt !== null],
    [1, false, 'Commodore', true],
  )
})

test('a PUT of the source leaves overridden attributes alone, and after the end brings its own', async () => {
  const { place, source, id, path, update, override, title } = await open('replaced')
  await override(['title', `${enterpriseUrn}:department`, 'emails'])
  await update({ title: 'Captain', [enterpriseUrn]: { department: 'Sky' }, emails: [] })
  const put = (attributes: object) => source.scim('PUT', `/Users/${id}`, toUser('ada', attributes))
  const first = await put({ title: 'Admiral', [enterpriseUrn]: { department: 'Land', costCenter: '7' } })
  assert.equal(first.status, 200, JSON.stringify(first.body))
  assert.deepEqual(
    [first.body.title, first.body[enterpriseUrn], first.body.emails],
    ['Captain', { department: 'Sky', costCenter: '7' }, undefined],
  )
  const second = await put({ [enterpriseUrn]: { department: 'Land', costCenter: '7' } })
  assert.equal(second.body.meta.version, first.body.meta.version)
  const { body: overrides } = await place.api('GET', `${path}/overrides`)
  const override1 = overrides.data.find(({ attribute }: { attribute: string }) => attribute === 'title')
  assert.equal((await place.api('DELETE', `${path}/overrides/${override1.id}`)).status, 204)
  assert.equal((await place.api('DELETE', `${path}/overrides/${override1.id}`)).status, 404)
  assert.equal(await title(), 'Captain')
  const third = await put({ title: 'Admiral' })
  assert.deepEqual([third.body.title, third.body[enterpriseUrn].department], ['Admiral', 'Sky'])
})

test('a state set by hand with an override is not undone by the source until it ends', async () => {
  const { place, source, id, path } = await open('states')
  const suspended = await place.api('POST', `${path}/suspend`, { reason: 'lost laptop', overrideUntil: inDays(1) })
  assert.deepEqual([suspended.status, suspended.body.state], [200, 'suspended'], JSON.stringify(suspended.body))
  assert.equal((await source.patch(`/Users/${id}`, activate(true))).body.active, false)
  assert.equal((await source.scim('PUT', `/Users/${id}`, toUser('ada', { title: 'x' }))).body.active, false)
  assert.equal(
    (await place.api('POST', `${path}/reactivate`, {})).body.state,
    'pending',
    'who overrides may change it again',
  )
  await place.api('POST', `${path}/suspend`, {})
  server.application.clock.advance(2 * dayMs)
  assert.equal((await source.patch(`/Users/${id}`, replace('title', 'y'))).body.active, true)
  assert.equal((await place.api('GET', path)).body.state, 'pending')
})

test('overrides that make no sense are refused with the field', async () => {
  const { place, path, override } = await open('refused')
  for (const [attributes, days, pointer] of [
    [['nonsense'], 1, '/attributes'],
    [['id'], 1, '/attributes'],
    [['groups'], 1, '/attributes'],
    [['externalId'], 1, '/attributes'],
    [['title'], -1, '/until'],
  ] as const) {
    const reply = await override(attributes, days)
    assert.deepEqual([reply.status, reply.body.errors[0].pointer], [400, pointer], JSON.stringify(attributes))
  }
  assert.equal((await override(['title', 'TITLE'])).body.data.length, 1)
  assert.equal((await override(['title'])).body.code, 'conflict')
  const { body: local } = await place.api('POST', '/people', { attributes: { userName: 'local' } })
  const reply = await place.api('POST', `/people/${local.id}/overrides`, {
    attributes: ['title'],
    reason: 'x',
    until: inDays(1),
  })
  assert.equal(reply.body.code, 'conflict')
  assert.equal((await place.api('GET', path)).body.locks.overrides.length, 1)
})

test('domains are proven by a TXT record, and make addresses verified that a source brings, not those that people write', async () => {
  const records = new Map<string, readonly string[]>()
  await using own = await createPeopleHarness({
    lookUpTxt: async (name) => {
      const found = records.get(name)
      if (found === undefined) throw Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })
      return found
    },
  })
  const place = await own.place('domains')
  const source = await place.source()
  await source.user('ada', { emails: [{ value: 'Ada@Corp.Example', primary: true }] })
  await place.api('POST', '/people', { attributes: { userName: 'bea', emails: [{ value: 'bea@corp.example' }] } })
  const made = await place.api('POST', '/domains', { domain: 'Corp.Example.' })
  assert.deepEqual([made.status, made.body.domain, made.body.state], [201, 'corp.example', 'waiting'])
  assert.equal((await place.api('POST', '/domains', { domain: 'corp.example' })).body.code, 'conflict')
  for (const domain of ['localhost', '-a.example', 'a b.example', '10.0.0.1', 'x'.repeat(250)])
    assert.equal((await place.api('POST', '/domains', { domain })).status, 400, domain)
  assert.equal((await place.api('POST', '/domains', { domain: 'bücher.example' })).body.domain, 'xn--bcher-kva.example')
  const verify = async () => (await place.api('POST', `/domains/${made.body.id}/verify`)).body
  const verifiedOf = async (name: string) =>
    (await place.api('GET', `/people/${(await place.find(name)).id}`)).body.emails[0].verified
  assert.match((await verify()).lastError, /ENOTFOUND/)
  records.set('_rollcall.corp.example', ['something else', 'rollcall-verification=wrong'])
  assert.match((await verify()).lastError, /2 TXT records/)
  assert.equal(await verifiedOf('ada'), null)
  records.set(made.body.record.name, ['something else', made.body.record.value])
  assert.deepEqual(
    [(await verify()).state, await verifiedOf('ada'), await verifiedOf('bea')],
    ['verified', 'domain', null],
  )
  assert.equal((await place.api('DELETE', `/domains/${made.body.id}`)).status, 204)
  assert.equal(await verifiedOf('ada'), null)
})

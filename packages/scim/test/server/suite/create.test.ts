import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRegistry, defineSchema, extendRegistry } from '@rollcall/scim'
import type { Exchange } from '@rollcall/scim/server'
import { badge, badgeRegistry, deviceUrn } from './badge-registry.ts'
import { makeMemoryProvider } from './memory-provider.ts'
import { type ProviderFactory, assertError, connect, enterpriseUrn, listOf, toUser, userUrn } from './provider.ts'

/** POST, common attributes and schema characteristics (RFC 7643 §2–§3, RFC 7644 §3.3). */
export function createCases(makeProvider: ProviderFactory): void {
  test('TRAP-A1: POST answers 201 with Location and ETag equal to meta, and the stored state', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.post('/Users', toUser('bjensen', { nickName: null, displayName: 'Babs' }))
    assert.equal(answer.status, 201)
    assert.equal(answer.headers.get('location'), answer.at('meta', 'location'))
    // RFC 7643 §3.1: both are the same.
    assert.equal(answer.headers.get('content-location'), answer.at('meta', 'location'))
    assert.equal(answer.at('meta', 'location'), `${scim.provider.baseUrl}/Users/${answer.id()}`)
    assert.equal(answer.headers.get('etag'), answer.at('meta', 'version'))
    assert.equal(answer.at('nickName'), undefined)
    assert.deepEqual((await scim.get(`/Users/${answer.id()}`)).json, answer.json)
  })

  test('TRAP-A2: id and meta that a client sends with POST are ignored', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.post(
      '/Users',
      toUser('a', { id: 'mine', meta: { created: '2001-01-01T00:00:00Z', resourceType: 'User', version: 'W/"x"' } }),
    )
    assert.equal(answer.status, 201)
    assert.notEqual(answer.id(), 'mine')
    assert.equal(answer.at('meta', 'created'), answer.at('meta', 'lastModified'))
    assert.notEqual(answer.at('meta', 'created'), '2001-01-01T00:00:00Z')
  })

  test('TRAP-A3: ids never hold "bulkId" and never serve a user and a group alike', async () => {
    const scim = await connect(makeProvider)
    const userId = await scim.user('a')
    const groupId = await scim.group('a')
    assert.notEqual(userId, groupId)
    assert.doesNotMatch(userId + groupId, /bulkId/i)
    assertError(await scim.get(`/Groups/${userId}`), 404)
    assertError(await scim.get(`/Users/${groupId}`), 404)
  })

  test('TRAP-A4: externalId is case-exact and by default not unique', async () => {
    const scim = await connect(makeProvider)
    await scim.user('a', { externalId: 'X1' })
    await scim.user('b', { externalId: 'X1' })
    await scim.user('c', { externalId: 'x1' })
    assert.deepEqual(await scim.find('/Users', 'externalId eq "X1"'), ['a', 'b'])
  })

  test('TRAP-A5: userName is unique without regard to case, with full Unicode folding', async () => {
    const scim = await connect(makeProvider)
    await scim.user('alice')
    await scim.user('straße')
    assertError(await scim.post('/Users', toUser('ALICE')), 409, 'uniqueness')
    assertError(await scim.post('/Users', toUser('STRASSE')), 409, 'uniqueness')
    assert.deepEqual(await scim.find('/Users', 'userName eq "STRASSE"'), ['straße'])
  })

  test('ten POSTs of one userName at once: one 201, nine 409', async () => {
    const scim = await connect(makeProvider)
    const answers = await Promise.all(Array.from({ length: 10 }, () => scim.post('/Users', toUser('racer'))))
    const statuses = answers.map((answer) => answer.status).toSorted()
    assert.deepEqual(statuses, [201, ...Array.from({ length: 9 }, () => 409)])
  })

  test('TRAP-A6: names in a body count without regard to case, twice is an error', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.post('/Users', {
      SCHEMAS: [userUrn.toUpperCase()],
      USERNAME: 'a',
      Name: { GIVENNAME: 'A' },
    })
    assert.equal(answer.status, 201, answer.text)
    assert.equal(answer.at('userName'), 'a')
    assert.equal(answer.at('name', 'givenName'), 'A')
    assertError(await scim.post('/Users', { schemas: [userUrn], userName: 'b', USERNAME: 'c' }), 400, 'invalidSyntax')
  })

  test('TRAP-A7: null, [] and a missing attribute are one state', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.post('/Users', toUser('a', { title: null, emails: [], name: {} }))
    assert.equal(answer.status, 201)
    for (const name of ['title', 'emails', 'name']) assert.equal(answer.at(name), undefined)
    assert.deepEqual(await scim.find('/Users', 'title pr or emails pr or name pr'), [])
    assert.deepEqual(await scim.find('/Users', 'title eq null'), ['a'])
  })

  test('TRAP-A8: a required attribute that is missing, empty or blank is invalidValue and is named', async () => {
    const scim = await connect(makeProvider)
    for (const userName of [undefined, null, '', '  ']) {
      const answer = await scim.post('/Users', { schemas: [userUrn], ...(userName === undefined ? {} : { userName }) })
      assertError(answer, 400, 'invalidValue')
      assert.match(String(answer.at('detail')), /userName/)
    }
    const id = await scim.user('a')
    assertError(await scim.put(`/Users/${id}`, { schemas: [userUrn] }), 400, 'invalidValue')
  })

  test('TRAP-A9: a value of the wrong JSON type is invalidValue; nothing is stored', async () => {
    const scim = await connect(makeProvider, { profile: 'strict' })
    assertError(await scim.post('/Users', toUser('a', { active: 'yes' })), 400, 'invalidValue')
    assertError(await scim.post('/Users', toUser('a', { title: 5 })), 400, 'invalidValue')
    assertError(await scim.post('/Users', toUser('a', { active: 'True' })), 400, 'invalidValue')
    assert.equal((await scim.get('/Users')).at('totalResults'), 0)
  })

  test('TRAP-A10: two primary values are refused, and a lenient profile keeps the first', async () => {
    const emails = [
      { value: 'a@example.com', primary: true },
      { value: 'b@example.com', primary: true },
    ]
    const strict = await connect(makeProvider, { profile: 'strict' })
    assertError(await strict.post('/Users', toUser('a', { emails })), 400, 'invalidValue')
    const entra = await connect(makeProvider, { profile: 'entra' })
    const answer = await entra.post('/Users', toUser('a', { emails }))
    assert.equal(answer.status, 201)
    assert.equal(answer.at('emails', 0, 'primary'), true)
    assert.notEqual(answer.at('emails', 1, 'primary'), true)
  })

  test('TRAP-A11: the same type and value twice is stored once', async () => {
    const scim = await connect(makeProvider)
    const emails = [
      { value: 'a@example.com', type: 'work' },
      { value: 'a@example.com', type: 'work' },
      { value: 'a@example.com', type: 'home' },
    ]
    const answer = await scim.post('/Users', toUser('a', { emails }))
    assert.equal(listOf(answer.at('emails')).length, 2)
  })

  test('TRAP-A12: a password is in no answer, no list, no bulk answer and no exchange, and cannot be filtered or sorted', async () => {
    const exchanges: Exchange[] = []
    const scim = await connect(makeProvider, { onExchange: (exchange) => exchanges.push(exchange) })
    const secret = 'canary-7Q2'
    const answers = [await scim.post('/Users?attributes=password,userName', toUser('a', { password: secret }))]
    const id = answers[0]?.id() ?? ''
    const operation = { op: 'replace', path: 'password', value: secret }
    answers.push(await scim.patch(`/Users/${id}?attributes=password`, [operation]))
    answers.push(await scim.patch(`/Users/${id}`, [{ op: 'replace', value: { password: secret } }]))
    answers.push(await scim.get(`/Users/${id}?attributes=password`))
    answers.push(await scim.get('/Users'))
    answers.push(
      await scim.bulk([{ method: 'POST', path: '/Users', bulkId: 'b', data: toUser('b', { password: secret }) }]),
    )
    for (const answer of answers) {
      assert.ok(answer.status < 300, answer.text)
      assert.ok(!answer.text.includes(secret), answer.text)
    }
    for (const exchange of exchanges) {
      const told = `${exchange.requestBody(16_384)} ${exchange.responseBody(16_384)} ${JSON.stringify(exchange.changes)}`
      assert.ok(!told.includes(secret), told)
    }
    assertError(await scim.list('/Users', { filter: 'password pr' }), 400, 'invalidFilter')
    assertError(await scim.list('/Users', { sortBy: 'password' }), 400, 'invalidPath')
  })

  test('TRAP-A13: "request" is shown only when named, "always" even when excluded', async () => {
    const scim = await connect(makeProvider, { registry: badgeRegistry })
    const answer = await scim.post('/Users', {
      schemas: [userUrn, badge.id],
      userName: 'a',
      [badge.id]: { seal: 's', grade: 'a', level: 1 },
    })
    assert.equal(answer.status, 201, answer.text)
    assert.deepEqual(answer.at(badge.id), { grade: 'a', level: 1 })
    const named = await scim.get(`/Users/${answer.id()}?attributes=${badge.id}:seal`)
    assert.deepEqual(named.at(badge.id), { seal: 's', grade: 'a' })
    const without = await scim.get(`/Users/${answer.id()}?excludedAttributes=${badge.id}:grade,id,schemas`)
    assert.equal(without.at(badge.id, 'grade'), 'a')
    assert.equal(without.id(), answer.id())
  })

  test('TRAP-A14: an immutable attribute is set once; the same value is a no-op, another one "mutability"', async () => {
    const scim = await connect(makeProvider, { registry: badgeRegistry })
    const id = await scim.user('a')
    const path = `${badge.id}:code`
    assert.equal((await scim.patch(`/Users/${id}`, [{ op: 'add', path, value: 'K1' }])).status, 200)
    const version = (await scim.get(`/Users/${id}`)).headers.get('etag')
    const same = await scim.patch(`/Users/${id}`, [{ op: 'replace', path, value: 'K1' }])
    assert.equal(same.headers.get('etag'), version)
    assertError(await scim.patch(`/Users/${id}`, [{ op: 'replace', path, value: 'K2' }]), 400, 'mutability')
    assertError(
      await scim.put(`/Users/${id}`, { schemas: [userUrn, badge.id], userName: 'a', [badge.id]: { code: 'K2' } }),
      400,
      'mutability',
    )
  })

  test('TRAP-A15: a PUT without a password changes nothing about it', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a', { password: 'secret' })
    const before = await scim.get(`/Users/${id}`)
    const answer = await scim.put(`/Users/${id}`, toUser('a'))
    assert.equal(answer.status, 200)
    assert.equal(answer.at('meta', 'version'), before.at('meta', 'version'))
  })

  test('TRAP-A16: "schemas" must be there and known; an answer lists exactly the URNs with data', async () => {
    const strict = await connect(makeProvider, { profile: 'strict' })
    assertError(await strict.post('/Users', { userName: 'a' }), 400, 'invalidSyntax')
    assertError(await strict.post('/Users', { schemas: [], userName: 'a' }), 400, 'invalidSyntax')
    assertError(await strict.post('/Users', { schemas: [userUrn, 'urn:x:y'], userName: 'a' }), 400, 'invalidSyntax')
    const body = { schemas: [userUrn], userName: 'a', [enterpriseUrn]: { department: 'D' } }
    assertError(await strict.post('/Users', body), 400, 'invalidSyntax')
    const scim = await connect(makeProvider)
    assert.deepEqual((await scim.post('/Users', body)).at('schemas'), [userUrn, enterpriseUrn])
    const listed = await scim.post('/Users', { schemas: [userUrn, enterpriseUrn], userName: 'b' })
    assert.deepEqual(listed.at('schemas'), [userUrn])
  })

  test('TRAP-A17: when the last attribute of an extension goes, the object and its URN go', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a', { [enterpriseUrn]: { department: 'D' } })
    const answer = await scim.patch(`/Users/${id}`, [{ op: 'remove', path: `${enterpriseUrn}:department` }])
    assert.equal(answer.at(enterpriseUrn), undefined)
    assert.deepEqual(answer.at('schemas'), [userUrn])
  })

  test('TRAP-A18: canonicalValues are hints and compare without regard to case', async () => {
    const scim = await connect(makeProvider)
    await scim.user('a', { emails: [{ value: 'a@example.com', type: 'Side-Job' }] })
    await scim.user('b', { emails: [{ value: 'b@example.com', type: 'WORK' }] })
    assert.deepEqual(await scim.find('/Users', 'emails[type eq "work"]'), ['b'])
    assert.deepEqual(await scim.find('/Users', 'emails.type eq "side-job"'), ['a'])
  })

  test('TRAP-A19: a complex attribute inside a complex one cannot be registered', () => {
    const inner = { name: 'inner', type: 'complex', subAttributes: [{ name: 'leaf' }] } as const
    const define = () =>
      defineSchema({
        id: 'urn:x:y',
        name: 'X',
        attributes: [{ name: 'outer', type: 'complex', subAttributes: [inner] }],
      })
    assert.throws(define, { code: 'invalidValue' })
  })

  test('TRAP-A20: integer, decimal, dateTime and binary are checked by their formats', async () => {
    const scim = await connect(makeProvider, { registry: badgeRegistry, profile: 'strict' })
    const post = (userName: string, data: Record<string, string | number>) =>
      scim.post('/Users', { schemas: [userUrn, badge.id], userName, [badge.id]: data })
    const good = {
      level: 3,
      weight: 1.5,
      issued: '2026-05-13T05:42:34+02:00',
      picture: 'AQID',
      page: 'https://x.example/',
    }
    const answer = await post('a', good)
    assert.equal(answer.status, 201, answer.text)
    assert.deepEqual(answer.at(badge.id), good)
    assertError(await post('b', { level: 1.5 }), 400, 'invalidValue')
    assertError(await post('b', { issued: '2026-05-13' }), 400, 'invalidValue')
    assertError(await post('b', { picture: '***' }), 400, 'invalidValue')
    assert.deepEqual(await scim.find('/Users', `${badge.id}:issued eq "2026-05-13T03:42:34Z"`), ['a'])
  })

  test('a resource type registered at run time has its endpoint, its filter and its unique attributes', async () => {
    const scim = await connect(makeProvider, { registry: badgeRegistry })
    const owner = await scim.user('a')
    const device = { schemas: [deviceUrn], serial: 'S1', owner: `${scim.provider.baseUrl}/Users/${owner}` }
    const answer = await scim.post('/Devices', device)
    assert.equal(answer.status, 201, answer.text)
    assert.equal(answer.headers.get('location'), `${scim.provider.baseUrl}/Devices/${answer.id()}`)
    assertError(await scim.post('/Devices', device), 409, 'uniqueness')
    assert.equal((await scim.list('/Devices', { filter: 'serial eq "S1"' })).at('totalResults'), 1)
    assert.equal((await scim.list('/Devices', { filter: 'serial eq "s1"' })).at('totalResults'), 0)
    const patched = await scim.patch(`/Devices/${answer.id()}`, [{ op: 'replace', path: 'serial', value: 'S2' }])
    assert.equal(patched.at('serial'), 'S2')
    assert.equal((await scim.delete(`/Devices/${answer.id()}`)).status, 204)
  })

  test('a unique attribute of an extension is kept unique by every verb, and free when its owner is gone', async () => {
    const scim = await connect(makeProvider, { registry: badgeRegistry })
    const withPlate = (userName: string, plate: string) =>
      toUser(userName, { schemas: [userUrn, badge.id], [badge.id]: { plate } })
    const first = await scim.post('/Users', withPlate('a', 'P-1'))
    assert.equal(first.status, 201, first.text)
    assertError(await scim.post('/Users', withPlate('b', 'p-1')), 409, 'uniqueness')
    assert.equal((await scim.get('/Users')).at('totalResults'), 1)
    const other = await scim.user('b')
    const add = { op: 'add', path: `${badge.id}:plate`, value: 'P-1' }
    assertError(await scim.patch(`/Users/${other}`, [add]), 409, 'uniqueness')
    assertError(await scim.put(`/Users/${other}`, withPlate('b', 'P-1')), 409, 'uniqueness')
    const bulk = await scim.bulk([{ method: 'POST', path: '/Users', bulkId: 'c', data: withPlate('c', 'P-1') }])
    assert.equal(bulk.at('Operations', 0, 'status'), '409')
    assert.equal((await scim.put(`/Users/${first.id()}`, withPlate('a', 'P-1'))).status, 200)
    await scim.delete(`/Users/${first.id()}`)
    assert.equal((await scim.patch(`/Users/${other}`, [add])).status, 200)
    assert.equal((await scim.get(`/Users/${other}`)).at(badge.id, 'plate'), 'P-1')
  })

  test('AC-E9: POST with nulls, the misspelt enterprise URN, the legacy group URN and meta is accepted', async () => {
    const scim = await connect(makeProvider)
    const misspelt = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0User'
    const user = await scim.post('/Users', {
      schemas: [userUrn, misspelt],
      externalId: 'e1',
      userName: 'Test_User',
      active: true,
      addresses: null,
      displayName: null,
      emails: [{ primary: true, type: 'work', value: 'a@example.com' }],
      meta: { resourceType: 'User' },
      name: { formatted: 'g f', familyName: 'f', givenName: 'g' },
      phoneNumbers: null,
      preferredLanguage: null,
      title: null,
      department: null,
      manager: null,
      [misspelt]: { department: 'D' },
    })
    assert.equal(user.status, 201, user.text)
    assert.equal(user.at(enterpriseUrn, 'department'), 'D')
    const group = await scim.post('/Groups', {
      schemas: [
        'urn:ietf:params:scim:schemas:core:2.0:Group',
        'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
      ],
      externalId: 'g1',
      displayName: 'G',
      meta: { resourceType: 'Group' },
    })
    assert.equal(group.status, 201, group.text)
    assert.deepEqual(group.at('schemas'), ['urn:ietf:params:scim:schemas:core:2.0:Group'])
  })

  test('AC-O4: a second POST of the same user is 409 with an Error body', async () => {
    const scim = await connect(makeProvider)
    await scim.user('test.user@okta.local')
    const answer = await scim.post('/Users', toUser('test.user@okta.local'))
    assertError(answer, 409, 'uniqueness')
    assert.match(String(answer.at('detail')), /test\.user@okta\.local/)
  })

  const oktaUser = toUser('test.user@okta.local', {
    name: { givenName: 'Test', familyName: 'User' },
    emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
    displayName: 'Test User',
    locale: 'en-US',
    externalId: '00ujl29u0le5T6Aj10h7',
    groups: [],
    password: '1mz050nq',
    active: true,
  })

  test('AC-O6: what Okta always sends with a create is accepted, and the password is not echoed', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.post('/Users', oktaUser)
    assert.equal(answer.status, 201, answer.text)
    assert.equal(answer.at('password'), undefined)
    assert.equal(answer.at('groups'), undefined)
    assert.equal(answer.at('locale'), 'en-US')
  })

  test('AC-O7: a 201 carries the full user', async () => {
    const scim = await connect(makeProvider)
    const answer = await scim.post('/Users', oktaUser)
    for (const name of ['id', 'userName', 'name', 'emails', 'active', 'displayName', 'schemas', 'meta'])
      assert.notEqual(answer.at(name), undefined, name)
  })

  test('AC-O23: a custom attribute may not be named groups and ids hold no "bulkId"', async () => {
    const custom = defineSchema({ id: 'urn:x:y', name: 'X', attributes: [{ name: 'Groups' }] })
    const extend = () =>
      extendRegistry(createRegistry(), {
        schemas: [custom],
        schemaExtensions: [{ resourceType: 'User', schema: custom.id, required: false }],
      })
    assert.throws(extend, { code: 'invalidValue' })
    const scim = await connect(makeProvider)
    assert.doesNotMatch(await scim.user('a'), /bulkId/)
    assert.doesNotMatch(new URL(scim.provider.baseUrl).pathname, /_/)
  })

  test('AC-G11: style github names the attribute that a create lacks', async () => {
    const scim = await connect(makeProvider, { style: 'github' })
    const body = toUser('mona', {
      externalId: 'e',
      active: true,
      displayName: 'Mona',
      emails: [{ value: 'm@example.com', type: 'work', primary: true }],
    })
    const headers = { 'user-agent': 'GitHub-client' }
    const { emails: _, ...without } = body
    const refused = await scim.post('/Users', without, headers)
    assertError(refused, 400, 'invalidValue')
    assert.match(String(refused.at('detail')), /emails/)
    const answer = await scim.post('/Users', body, headers)
    assert.equal(answer.status, 201, answer.text)
    assert.notEqual(answer.at('meta'), undefined)
  })

  test('AC-G12: style github answers 409 for a second externalId and for a second userName', async () => {
    const scim = await connect(makeProvider, { style: 'github' })
    const headers = { 'user-agent': 'GitHub-client' }
    const body = (userName: string, externalId: string) =>
      toUser(userName, {
        externalId,
        active: true,
        displayName: 'M',
        emails: [{ value: 'm@example.com', type: 'work', primary: true }],
      })
    assert.equal((await scim.post('/Users', body('mona', 'e1'), headers)).status, 201)
    assertError(await scim.post('/Users', body('lisa', 'e1'), headers), 409, 'uniqueness')
    assertError(await scim.post('/Users', body('MONA', 'e2'), headers), 409, 'uniqueness')
  })
}

if (import.meta.main) createCases(makeMemoryProvider)

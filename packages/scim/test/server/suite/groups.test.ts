import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject, type Json } from '@rollcall/scim'
import { makeMemoryProvider } from './memory-provider.ts'
import { type ProviderFactory, type TestClient, assertError, connect, groupUrn, listOf, toUser } from './provider.ts'

async function addUsers(scim: TestClient, count: number): Promise<readonly string[]> {
  const data = Array.from({ length: count }, (_, n) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `u${n}`,
    data: toUser(`user${n}`),
  }))
  const ids: string[] = []
  for (let at = 0; at < count; at += 1000) {
    const answer = await scim.bulk(data.slice(at, at + 1000))
    assert.equal(answer.status, 200, answer.text.slice(0, 500))
    for (const result of listOf(answer.at('Operations'))) {
      const location = isJsonObject(result) ? String(result['location']) : ''
      ids.push(location.slice(location.lastIndexOf('/') + 1))
    }
  }
  return ids
}

const toMembers = (ids: readonly string[]): readonly Json[] => ids.map((value) => ({ value }))

/** Groups and memberships (RFC 7643 §4.2). */
export function groupCases(makeProvider: ProviderFactory): void {
  test('the display of a member is that of the member, whatever a client says of it', async () => {
    for (const profile of ['default', 'strict'] as const) {
      const scim = await connect(makeProvider, { profile })
      const value = await scim.user('a', { displayName: 'Ada' })
      const members = [{ value, display: 'Somebody' }]
      const made = await scim.post('/Groups', { schemas: [groupUrn], displayName: 'G', members })
      assert.equal(made.at('members', 0, 'display'), 'Ada')
      const id = await scim.group('H')
      assert.equal((await scim.patch(`/Groups/${id}`, [{ op: 'add', path: 'members', value: members }])).status, 204)
      assert.equal((await scim.get(`/Groups/${id}`)).at('members', 0, 'display'), 'Ada')
    }
  })

  test('TRAP-F1: members are answered with value, $ref, type and display', async () => {
    const scim = await connect(makeProvider)
    const user = await scim.user('a', { displayName: 'Ada' })
    const inner = await scim.group('Inner')
    const answer = await scim.get(`/Groups/${await scim.group('G', [user, inner])}`)
    const { baseUrl } = scim.provider
    const members = listOf(answer.at('members')).toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
    const expected = [
      { value: user, $ref: `${baseUrl}/Users/${user}`, type: 'User', display: 'Ada' },
      { value: inner, $ref: `${baseUrl}/Groups/${inner}`, type: 'Group', display: 'Inner' },
    ].toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)))
    assert.deepEqual(members, expected)
  })

  test('TRAP-F2: User.groups is computed, with direct and indirect ones, and nobody can write it', async () => {
    const scim = await connect(makeProvider)
    const user = await scim.user('a')
    const inner = await scim.group('Inner', [user])
    const outer = await scim.group('Outer', [inner])
    const answer = await scim.get(`/Users/${user}`)
    const { baseUrl } = scim.provider
    assert.deepEqual(
      listOf(answer.at('groups')).toSorted((a, b) => JSON.stringify(b).localeCompare(JSON.stringify(a))),
      [
        { value: inner, $ref: `${baseUrl}/Groups/${inner}`, display: 'Inner', type: 'direct' },
        { value: outer, $ref: `${baseUrl}/Groups/${outer}`, display: 'Outer', type: 'indirect' },
      ].toSorted((a, b) => JSON.stringify(b).localeCompare(JSON.stringify(a))),
    )
    const put = await scim.put(`/Users/${user}`, toUser('a', { groups: [] }))
    assert.deepEqual(put.at('groups'), answer.at('groups'))
    const posted = await scim.post('/Users', toUser('b', { groups: [{ value: inner }] }))
    assert.equal(posted.at('groups'), undefined)
    assert.deepEqual(
      (await scim.list('/Users', { filter: 'userName eq "a"' })).at('Resources', 0, 'groups'),
      answer.at('groups'),
    )
  })

  test('TRAP-F3: deleting a member leaves no trace in its groups and makes a new version of them', async () => {
    const scim = await connect(makeProvider)
    const [a, inner] = [await scim.user('a'), await scim.group('Inner')]
    const group = await scim.group('G', [a, inner])
    const before = await scim.get(`/Groups/${group}`)
    await scim.delete(`/Users/${a}`)
    const after = await scim.get(`/Groups/${group}`)
    assert.deepEqual(await scim.members(group), [inner])
    assert.notEqual(after.headers.get('etag'), before.headers.get('etag'))
    await scim.delete(`/Groups/${inner}`)
    assert.deepEqual(await scim.members(group), [])
    assert.deepEqual(await scim.find('/Groups', `members.value eq "${a}"`), [])
  })

  test('TRAP-F4: a member that does not exist is invalidValue with its id, the same for another organization', async () => {
    const scim = await connect(makeProvider)
    const other = await connect(makeProvider)
    const stranger = await other.user('a')
    const group = await scim.group('G')
    const details: string[] = []
    for (const value of [crypto.randomUUID(), stranger]) {
      const add = [{ op: 'add', path: 'members', value: [{ value }] }]
      const answers = [
        await scim.patch(`/Groups/${group}`, add),
        await scim.post('/Groups', { schemas: [groupUrn], displayName: 'H', members: [{ value }] }),
        await scim.put(`/Groups/${group}`, { schemas: [groupUrn], displayName: 'G', members: [{ value }] }),
      ]
      for (const answer of answers) {
        assertError(answer, 400, 'invalidValue')
        assert.ok(String(answer.at('detail')).includes(value), answer.text)
        details.push(String(answer.at('detail')).replaceAll(value, 'ID'))
      }
    }
    assert.deepEqual(details.slice(0, 3), details.slice(3))
    assert.deepEqual(await scim.members(group), [])
    assert.deepEqual(await scim.find('/Groups', 'displayName eq "H"'), [])
  })

  test('TRAP-F5: groups may nest in circles, but no group is its own member', async () => {
    const scim = await connect(makeProvider)
    const user = await scim.user('u')
    const a = await scim.group('A', [user])
    const b = await scim.group('B', [a])
    assert.equal(
      (await scim.patch(`/Groups/${a}`, [{ op: 'add', path: 'members', value: toMembers([b]) }])).status,
      204,
    )
    const groups = listOf((await scim.get(`/Users/${user}`)).at('groups'))
    assert.equal(groups.length, 2)
    assertError(
      await scim.patch(`/Groups/${a}`, [{ op: 'add', path: 'members', value: toMembers([a]) }]),
      400,
      'invalidValue',
    )
  })

  test('TRAP-F6: 200 members added at once by 200 requests are all kept', async () => {
    const scim = await connect(makeProvider)
    const ids = await addUsers(scim, 200)
    const group = await scim.group('G')
    const answers = await Promise.all(
      ids.map((value) => scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value }] }])),
    )
    for (const answer of answers) assert.equal(answer.status, 204, answer.text)
    assert.deepEqual(await scim.members(group), ids.toSorted())
  })

  test('TRAP-F7: one member more in a large group is one membership step and asks for no members', async () => {
    const scim = await connect(makeProvider)
    const ids = await addUsers(scim, 1_200)
    const group = await scim.group('G', ids.slice(1))
    const { storage } = scim.provider
    const { find, update } = storage
    storage.find = (context, type, id, fields) => {
      assert.equal(fields.members, false)
      return find.call(storage, context, type, id, fields)
    }
    storage.update = (context, type, id, change) => {
      assert.equal(change.fields.members, false)
      assert.equal(change.attributes, undefined)
      assert.deepEqual(change.members, [{ kind: 'add', members: [{ value: ids[0], type: undefined }] }])
      return update.call(storage, context, type, id, change)
    }
    const answer = await scim.patch(`/Groups/${group}`, [
      { op: 'add', path: 'members', value: toMembers(ids.slice(0, 1)) },
    ])
    assert.deepEqual([answer.status, answer.text], [204, ''])
    storage.find = find
    storage.update = update
    assert.equal((await scim.members(group)).length, 1_200)
  })

  test('TRAP-F8: a PUT without members, or with none, empties the group', async () => {
    const scim = await connect(makeProvider)
    const user = await scim.user('a')
    for (const more of [{}, { members: [] }]) {
      const group = await scim.group(`G${JSON.stringify(more).length}`, [user])
      const answer = await scim.put(`/Groups/${group}`, { schemas: [groupUrn], displayName: 'G', ...more })
      assert.equal(answer.status, 200, answer.text)
      assert.equal(answer.at('members'), undefined)
      assert.deepEqual(await scim.members(group), [])
      await scim.delete(`/Groups/${group}`)
    }
  })

  test('TRAP-F9: members of a POST and of a replace are stored', async () => {
    const scim = await connect(makeProvider)
    const [a, b] = [await scim.user('a'), await scim.user('b')]
    const group = await scim.group('G', [a])
    assert.deepEqual(await scim.members(group), [a])
    await scim.patch(`/Groups/${group}`, [{ op: 'replace', path: 'members', value: toMembers([b]) }])
    assert.deepEqual(await scim.members(group), [b])
    await scim.patch(`/Groups/${group}`, [{ op: 'replace', path: 'members', value: [] }])
    assert.deepEqual(await scim.members(group), [])
  })

  test('TRAP-F10: a group is found by displayName, and in style rollcall a second one is 409', async () => {
    const scim = await connect(makeProvider)
    await scim.group('Team')
    assert.deepEqual(await scim.find('/Groups', 'displayName eq "TEAM"'), ['Team'])
    assertError(await scim.post('/Groups', { schemas: [groupUrn], displayName: 'team' }), 409, 'uniqueness')
  })

  test('TRAP-F11: the same member twice, by $ref, or as bare text is one member', async () => {
    const scim = await connect(makeProvider)
    const [a, b] = [await scim.user('a'), await scim.user('b')]
    const ref = `${scim.provider.baseUrl}/Users/${b}`
    const group = await scim.post('/Groups', {
      schemas: [groupUrn],
      displayName: 'G',
      members: [{ value: a }, { value: a, type: 'User' }, { $ref: ref }, { value: b.toUpperCase() }, a],
    })
    assert.equal(group.status, 201, group.text)
    assert.deepEqual(await scim.members(group.id()), [a, b].toSorted())
  })

  test('AC-E6: both shapes of member removal work, and remove without a value empties', async () => {
    const scim = await connect(makeProvider, { profile: 'entra' })
    const [a, b, c] = [await scim.user('a'), await scim.user('b'), await scim.user('c')]
    const group = await scim.group('G', [a, b, c])
    const path = `/Groups/${group}`
    const first = await scim.patch(path, [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: a }] }])
    assert.equal(first.status, 204, first.text)
    assert.deepEqual(await scim.members(group), [b, c].toSorted())
    assert.equal((await scim.patch(path, [{ op: 'remove', path: `members[value eq "${b}"]` }])).status, 204)
    assert.deepEqual(await scim.members(group), [c])
    assert.equal((await scim.patch(path, [{ op: 'remove', path: 'members' }])).status, 204)
    assert.deepEqual(await scim.members(group), [])
  })

  test('AC-E13: a group PATCH answers 204 without a body', async () => {
    const scim = await connect(makeProvider, { profile: 'entra' })
    const group = await scim.group('G')
    const answer = await scim.patch(`/Groups/${group}`, [{ op: 'Replace', path: 'displayName', value: 'H' }])
    assert.deepEqual([answer.status, answer.text], [204, ''])
  })

  test('AC-E15: 5,000 members in one operation are taken', async () => {
    const scim = await connect(makeProvider, { profile: 'entra' })
    const ids = await addUsers(scim, 5_000)
    const group = await scim.group('G')
    const answer = await scim.patch(`/Groups/${group}`, [{ op: 'Add', path: 'members', value: toMembers(ids) }])
    assert.equal(answer.status, 204, answer.text)
    assert.equal((await scim.members(group)).length, 5_000)
  })

  test('AC-O12: group push creates empty, renames with id, adds, removes and replaces, also with nobody', async () => {
    const scim = await connect(makeProvider, { profile: 'okta' })
    const [a, b] = [await scim.user('a'), await scim.user('b')]
    const created = await scim.post('/Groups', { schemas: [groupUrn], displayName: 'Test SCIMv2', members: [] })
    assert.equal(created.status, 201, created.text)
    const group = created.id()
    const path = `/Groups/${group}`
    const ok = async (...operations: readonly Json[]) => {
      const answer = await scim.patch(path, operations)
      assert.ok(answer.status === 200 || answer.status === 204, answer.text)
    }
    await ok({ op: 'replace', value: { id: group, displayName: 'New' } })
    assert.equal((await scim.get(path)).at('displayName'), 'New')
    await ok({ op: 'add', path: 'members', value: [{ value: a, display: 'a@okta.local' }] })
    await ok({ op: 'remove', path: `members[value eq "${a}"]` }, { op: 'add', path: 'members', value: [{ value: b }] })
    assert.deepEqual(await scim.members(group), [b])
    await ok({ op: 'replace', path: 'members', value: toMembers([a, b]) })
    assert.deepEqual(await scim.members(group), [a, b].toSorted())
    await ok({ op: 'replace', path: 'members', value: [] })
    assert.deepEqual(await scim.members(group), [])
  })

  test('AC-O13: the rename that comes with every membership change is no change of its own', async () => {
    const scim = await connect(makeProvider, { profile: 'okta' })
    const a = await scim.user('a')
    const group = await scim.group('G')
    const { storage } = scim.provider
    const { update } = storage
    const renames: number[] = []
    storage.update = (context, type, id, change) => {
      renames.push(change.changes.length)
      return update.call(storage, context, type, id, change)
    }
    const rename = { op: 'replace', value: { id: group, displayName: 'G' } }
    await scim.patch(`/Groups/${group}`, [rename, { op: 'add', path: 'members', value: toMembers([a]) }])
    assert.deepEqual(renames, [0])
    assert.deepEqual(await scim.members(group), [a])
  })

  test('AC-O15: deleting a group is 204 and leaves its people', async () => {
    const scim = await connect(makeProvider)
    const a = await scim.user('a')
    const group = await scim.group('G', [a])
    assert.equal((await scim.delete(`/Groups/${group}`)).status, 204)
    const user = await scim.get(`/Users/${a}`)
    assert.equal(user.status, 200)
    assert.equal(user.at('groups'), undefined)
  })

  test('a large group is streamed, whole and in valid JSON, for one group, for lists and for projections', async () => {
    const scim = await connect(makeProvider)
    const ids = await addUsers(scim, 3_000)
    const group = await scim.group('G', ids)
    const { baseUrl } = scim.provider
    const response = await scim.provider.fetch(new Request(`${baseUrl}/Groups/${group}`))
    const reader = response.body?.getReader()
    let chunks = 0
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) chunks++
    assert.ok(chunks > 1)
    assert.deepEqual(await scim.members(group), ids.toSorted())
    const list = await scim.get('/Groups')
    assert.equal(listOf(list.at('Resources', 0, 'members')).length, 3_000)
    const projected = await scim.get(`/Groups/${group}?attributes=members.value`)
    const values = listOf(projected.at('members')).map((member) => JSON.stringify(member))
    assert.deepEqual(values.toSorted(), ids.map((value) => JSON.stringify({ value })).toSorted())
    const head = await scim.send('HEAD', `/Groups/${group}`)
    assert.deepEqual([head.status, head.text], [200, ''])
  })
}

if (import.meta.main) groupCases(makeMemoryProvider)

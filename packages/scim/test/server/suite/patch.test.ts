import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '@rollcall/scim'
import { makeMemoryProvider } from './memory-provider.ts'
import { type ProviderFactory, assertError, connect, enterpriseUrn, listOf, toUser, userUrn } from './provider.ts'

const work = { value: 'w@example.com', type: 'work', primary: true }
const home = { value: 'h@example.com', type: 'home' }

/** PATCH over HTTP (RFC 7644 §3.5.2). */
export function patchCases(makeProvider: ProviderFactory): void {
  const setUp = async (
    more: Record<string, Json> = {},
    profile: 'default' | 'strict' | 'entra' | 'okta' = 'default',
  ) => {
    const scim = await connect(makeProvider, { profile })
    const id = await scim.user('a', {
      name: { givenName: 'G', familyName: 'F' },
      emails: [work, home],
      title: 'T',
      ...more,
    })
    const path = `/Users/${id}`
    return {
      scim,
      path,
      patch: (...operations: readonly Json[]) => scim.patch(path, operations),
      read: () => scim.get(path),
    }
  }

  test('TRAP-D1: a request whose second operation fails changes nothing', async () => {
    const { patch, read } = await setUp()
    const before = await read()
    const answer = await patch({ op: 'replace', path: 'title', value: 'U' }, { op: 'replace', path: 'bogus', value: 1 })
    assertError(answer, 400, 'invalidPath')
    assert.deepEqual((await read()).json, before.json)
  })

  test('TRAP-D2: op counts in any case unless strict; a missing or unknown one is invalidSyntax', async () => {
    const { patch } = await setUp()
    assert.equal((await patch({ op: 'REPLACE', path: 'title', value: 'U' })).at('title'), 'U')
    assertError(await patch({ path: 'title', value: 'U' }), 400, 'invalidSyntax')
    assertError(await patch({ op: 'move', path: 'title', value: 'U' }), 400, 'invalidSyntax')
    const strict = await setUp({}, 'strict')
    assertError(await strict.patch({ op: 'Replace', path: 'title', value: 'U' }), 400, 'invalidSyntax')
  })

  test('TRAP-D3: remove without a path is noTarget', async () => {
    const { patch } = await setUp()
    assertError(await patch({ op: 'remove' }), 400, 'noTarget')
  })

  test('TRAP-D4: replace on a complex attribute keeps what it does not name', async () => {
    const { patch } = await setUp()
    const answer = await patch({ op: 'replace', path: 'name', value: { givenName: 'H' } })
    assert.deepEqual(answer.at('name'), { givenName: 'H', familyName: 'F' })
  })

  test('TRAP-D5: replace with a filter that matches nothing is noTarget, and creates under Entra', async () => {
    const strict = await setUp({}, 'strict')
    const operation = { op: 'replace', path: 'emails[type eq "other"]', value: { value: 'o@example.com' } }
    assertError(await strict.patch(operation), 400, 'noTarget')
    const entra = await setUp({}, 'entra')
    const answer = await entra.patch(operation)
    assert.deepEqual(answer.at('emails', 2), { type: 'other', value: 'o@example.com' })
  })

  test('TRAP-D6: add with a filter and a sub-attribute creates the element', async () => {
    const { patch } = await setUp()
    const answer = await patch({ op: 'add', path: 'emails[type eq "other"].value', value: 'o@example.com' })
    assert.deepEqual(answer.at('emails', 2), { type: 'other', value: 'o@example.com' })
  })

  test('TRAP-D7: remove with a filter that matches nothing is a success without change', async () => {
    const { patch, read } = await setUp()
    const before = await read()
    const answer = await patch({ op: 'remove', path: 'emails[type eq "other"]' })
    assert.deepEqual([answer.status, answer.json], [200, before.json])
  })

  test('TRAP-D8: a value filter of two clauses selects for remove and replace', async () => {
    const { patch } = await setUp()
    const path = 'emails[type eq "work" and value ew "example.com"]'
    const replaced = await patch({ op: 'replace', path: `${path}.value`, value: 'x@example.com' })
    assert.equal(replaced.at('emails', 0, 'value'), 'x@example.com')
    assert.equal(replaced.at('emails', 1, 'value'), home.value)
    const removed = await patch({ op: 'remove', path })
    assert.deepEqual(removed.at('emails'), [home])
  })

  test('TRAP-D9: removing the last element unassigns the attribute', async () => {
    const { patch, scim } = await setUp()
    const answer = await patch({ op: 'remove', path: 'emails[value co "@"]' })
    assert.equal(answer.at('emails'), undefined)
    assert.deepEqual(await scim.find('/Users', 'emails pr'), [])
  })

  test('TRAP-D10: removing a required or readOnly attribute is "mutability"', async () => {
    const { patch } = await setUp({}, 'strict')
    assertError(await patch({ op: 'remove', path: 'userName' }), 400, 'mutability')
    assertError(await patch({ op: 'remove', path: 'id' }), 400, 'mutability')
    assertError(await patch({ op: 'remove', path: 'meta' }), 400, 'mutability')
  })

  test('TRAP-D11: adding what is there already changes neither version nor lastModified', async () => {
    const { patch, read } = await setUp()
    const before = await read()
    const answer = await patch({ op: 'add', path: 'emails', value: [home] }, { op: 'add', path: 'title', value: 'T' })
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.at('meta'), before.at('meta'))
    assert.equal(listOf(answer.at('emails')).length, 2)
  })

  test('TRAP-D12: adding a primary element makes the others not primary', async () => {
    const { patch } = await setUp()
    const answer = await patch({ op: 'add', path: 'emails', value: [{ value: 'p@example.com', primary: true }] })
    const primaries = listOf(answer.at('emails')).filter((_, index) => answer.at('emails', index, 'primary') === true)
    assert.equal(primaries.length, 1)
    assert.equal(answer.at('emails', 2, 'primary'), true)
  })

  test('TRAP-D13: paths may carry a URN, and an extension attribute brings its URN into schemas', async () => {
    const { patch } = await setUp()
    const answer = await patch(
      { op: 'replace', path: `${userUrn}:name.familyName`, value: 'X' },
      { op: 'add', path: `${enterpriseUrn}:department`, value: 'D' },
    )
    assert.equal(answer.at('name', 'familyName'), 'X')
    assert.deepEqual(answer.at('schemas'), [userUrn, enterpriseUrn])
    assert.deepEqual(answer.at(enterpriseUrn), { department: 'D' })
  })

  test('TRAP-D14: without a path, plain keys, dotted keys, URN keys and extension objects are applied', async () => {
    const { patch } = await setUp()
    const answer = await patch({
      op: 'replace',
      value: {
        title: 'U',
        'name.givenName': 'H',
        [`${enterpriseUrn}:department`]: 'D',
        [enterpriseUrn]: { costCenter: '1' },
      },
    })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.at('title'), 'U')
    assert.deepEqual(answer.at('name'), { givenName: 'H', familyName: 'F' })
    assert.deepEqual(answer.at(enterpriseUrn), { department: 'D', costCenter: '1' })
    assert.doesNotMatch(answer.text, /"name\.givenName"/)
  })

  test('TRAP-D15: readOnly attributes are "mutability" when strict, ignored when lenient', async () => {
    const strict = await setUp({}, 'strict')
    for (const path of ['id', 'meta.created', 'groups'])
      assertError(await strict.patch({ op: 'replace', path, value: 'x' }), 400, 'mutability')
    const { patch, read } = await setUp()
    const before = await read()
    const answer = await patch({ op: 'replace', value: { id: before.id(), groups: [{ value: 'g' }], title: 'T' } })
    assert.deepEqual(answer.json, before.json)
  })

  test('TRAP-D16: unknown and impossible paths are invalidPath and store nothing', async () => {
    const { patch, read } = await setUp()
    const before = await read()
    const broken = [
      'bogus',
      'bogus.x',
      'name.bogus',
      'title.x',
      'title[value eq "x"]',
      'emails[type eq "work"',
      'emails[',
      '.',
      'emails[bogus eq "x"]',
      'urn:x:y:title',
    ]
    for (const path of broken) {
      const answer = await patch({ op: 'replace', path, value: 'x' })
      assert.equal(answer.status, 400, path)
      assert.match(String(answer.at('scimType')), /^invalid(Path|Filter)$/, path)
    }
    assert.deepEqual((await read()).json, before.json)
  })

  test('TRAP-D17: inherited names are refused in paths and change no prototype in values', async () => {
    const { patch, read } = await setUp()
    const before = await read()
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
      for (const path of [name, `${name}.polluted`, `name.${name}`, `${userUrn}:${name}`])
        assert.equal((await patch({ op: 'add', path, value: 'x' })).status, 400, path)
      const value = JSON.parse(`{"${name}":{"polluted":"x"},"name":{"${name}":"x"}}`)
      const answer = await patch({ op: 'add', value })
      assert.ok(answer.status === 400 || answer.status === 200)
      assert.equal(Object.hasOwn(Object.prototype, 'polluted'), false)
    }
    assert.deepEqual((await read()).json, before.json)
  })

  test('TRAP-D18: replace with null or [] removes', async () => {
    const { patch } = await setUp()
    const answer = await patch(
      { op: 'replace', path: 'title', value: null },
      { op: 'replace', path: 'emails', value: [] },
    )
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.at('title'), undefined)
    assert.equal(answer.at('emails'), undefined)
  })

  test('TRAP-D19: replace of a list without a filter replaces all of it', async () => {
    const { patch } = await setUp()
    const answer = await patch({ op: 'replace', path: 'emails', value: [{ value: 'n@example.com' }] })
    assert.deepEqual(answer.at('emails'), [{ value: 'n@example.com' }])
  })

  test('TRAP-D20: a one-element list for a simple attribute is unwrapped, and refused when strict', async () => {
    const { patch } = await setUp()
    assert.equal((await patch({ op: 'replace', path: 'title', value: ['U'] })).at('title'), 'U')
    const strict = await setUp({}, 'strict')
    assertError(await strict.patch({ op: 'replace', path: 'title', value: ['U'] }), 400, 'invalidValue')
  })

  test('TRAP-D21: a manager given as bare text is its value', async () => {
    const { patch } = await setUp()
    const answer = await patch({ op: 'add', path: `${enterpriseUrn}:manager`, value: 'm1' })
    assert.equal(answer.at(enterpriseUrn, 'manager', 'value'), 'm1')
  })

  test('TRAP-D22: remove with a list of members removes those only', async () => {
    const { scim } = await setUp()
    const [b, c] = [await scim.user('b'), await scim.user('c')]
    const group = await scim.group('G', [b, c])
    const answer = await scim.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members', value: [{ value: b }] }])
    assert.equal(answer.status, 204)
    assert.deepEqual(await scim.members(group), [c])
  })

  test('TRAP-D23: a quoted dot, bracket, colon or quote in a path is part of the literal', async () => {
    const value = 'a.b]c:d"e'
    const { patch } = await setUp({ emails: [{ value, type: 'work' }, home] })
    const answer = await patch({ op: 'remove', path: `emails[value eq ${JSON.stringify(value)}]` })
    assert.deepEqual(answer.at('emails'), [home])
  })

  test('TRAP-D24: renaming to a userName that is taken is 409, and of two at once one wins', async () => {
    const { scim, patch } = await setUp()
    const b = await scim.user('b')
    assertError(await patch({ op: 'replace', path: 'userName', value: 'B' }), 409, 'uniqueness')
    const c = await scim.user('c')
    const rename = (id: string) => scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'userName', value: 'same' }])
    const statuses = (await Promise.all([rename(b), rename(c)])).map((answer) => answer.status)
    assert.deepEqual(statuses.toSorted(), [200, 409])
  })

  test('TRAP-D25: empty Operations are invalidSyntax, and nothing happens under Entra', async () => {
    const strict = await setUp({}, 'strict')
    assertError(await strict.patch(), 400, 'invalidSyntax')
    const entra = await setUp({}, 'entra')
    const before = await entra.read()
    const answer = await entra.patch()
    assert.ok(answer.status === 200 || answer.status === 204)
    assert.equal(answer.headers.get('etag'), before.headers.get('etag'))
  })

  test('TRAP-D26: a user is answered with 200 and the user, a group with 204 and its new ETag', async () => {
    const { scim, patch, path } = await setUp()
    const user = await patch({ op: 'replace', path: 'title', value: 'U' })
    assert.equal(user.status, 200)
    assert.equal(user.headers.get('etag'), user.at('meta', 'version'))
    assert.equal(user.headers.get('location'), scim.provider.baseUrl + path)
    const group = await scim.group('G')
    const before = (await scim.get(`/Groups/${group}`)).headers.get('etag')
    const answer = await scim.patch(`/Groups/${group}`, [{ op: 'replace', path: 'displayName', value: 'H' }])
    assert.deepEqual([answer.status, answer.text], [204, ''])
    assert.notEqual(answer.headers.get('etag'), before)
    assert.equal(answer.headers.get('etag'), (await scim.get(`/Groups/${group}`)).headers.get('etag'))
  })

  test('parallel PATCHes of different attributes of one user are all kept', async () => {
    const { scim, path, read } = await setUp()
    const names = ['title', 'nickName', 'userType', 'locale', 'timezone']
    const answers = await Promise.all(
      names.map((name) => scim.patch(path, [{ op: 'replace', path: name, value: `new-${name}` }])),
    )
    for (const answer of answers) assert.equal(answer.status, 200, answer.text)
    const after = await read()
    for (const name of names) assert.equal(after.at(name), `new-${name}`)
  })

  test('AC-E3: Add, Replace and Remove with a capital are accepted', async () => {
    const { patch } = await setUp({}, 'entra')
    assert.equal((await patch({ op: 'Replace', path: 'displayName', value: 'N' })).status, 200)
    assert.equal((await patch({ op: 'Add', path: 'nickName', value: 'Babs' })).at('nickName'), 'Babs')
    assert.equal((await patch({ op: 'Remove', path: 'nickName' })).at('nickName'), undefined)
  })

  test('AC-E4: "False" and "True" as text become booleans, in values, bodies and filters', async () => {
    const { scim, patch } = await setUp({ roles: [{ value: 'admin', primary: 'True' }] }, 'entra')
    assert.equal((await patch({ op: 'Replace', path: 'active', value: 'False' })).at('active'), false)
    assert.equal((await scim.post('/Users', toUser('b', { active: 'True' }))).at('active'), true)
    const answer = await patch({ op: 'Replace', path: 'roles[primary eq "True"].value', value: 'owner' })
    assert.deepEqual(answer.at('roles'), [{ value: 'owner', primary: true }])
  })

  test('AC-E5: dotted and URN keys of a path-less value change what they name and store no such key', async () => {
    const { patch } = await setUp({}, 'entra')
    const answer = await patch({
      op: 'replace',
      value: {
        displayName: 'B',
        'name.givenName': 'K',
        'name.familyName': 'U',
        [`${enterpriseUrn}:employeeNumber`]: 'A',
      },
    })
    assert.deepEqual(answer.at('name'), { givenName: 'K', familyName: 'U' })
    assert.equal(answer.at(enterpriseUrn, 'employeeNumber'), 'A')
    assert.doesNotMatch(answer.text, /"name\.givenName"|employeeNumber":\{/)
  })

  test('AC-E7: emails[type eq "work"].value is created when there is none', async () => {
    for (const op of ['Add', 'Replace']) {
      const { patch } = await setUp({ emails: [] }, 'entra')
      const answer = await patch({ op, path: 'emails[type eq "work"].value', value: 'n@example.com' })
      assert.deepEqual(answer.at('emails'), [{ type: 'work', value: 'n@example.com' }])
    }
  })

  test('AC-E8: four spellings of a manager store the same', async () => {
    for (const profile of ['default', 'entra'] as const) {
      const shapes: readonly { readonly path: string; readonly value: Json }[] = [
        { path: 'manager', value: [{ $ref: 'https://x.example/Users/m1', value: 'm1' }] },
        { path: 'manager', value: 'm1' },
        { path: `${enterpriseUrn}:manager`, value: { value: 'm1' } },
        { path: `${enterpriseUrn}:manager`, value: 'm1' },
      ]
      for (const shape of shapes) {
        const { patch } = await setUp({}, profile)
        const answer = await patch({ op: 'Add', ...shape })
        assert.equal(answer.status, 200, answer.text)
        assert.equal(answer.at(enterpriseUrn, 'manager', 'value'), 'm1')
      }
    }
  })

  test('AC-E10: a role given as JSON text is recognised', async () => {
    const { patch } = await setUp({}, 'entra')
    const role = JSON.stringify({ id: '18d14569', value: 'Admin', displayName: 'Admin' })
    const answer = await patch({ op: 'Add', path: 'roles', value: [{ value: role }] })
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.at('roles', 0, 'value'), 'Admin')
  })

  test('AC-E46: the old and the new shapes of Entra both work without a flag', async () => {
    for (const profile of ['default', 'entra'] as const) {
      for (const query of ['', '?aadOptscim062020']) {
        const { scim, path } = await setUp({}, profile)
        const old = await scim.patch(path + query, [{ op: 'Replace', path: 'active', value: 'False' }])
        assert.equal(old.at('active'), false)
        const now = await scim.patch(path + query, [{ op: 'replace', path: 'active', value: true }])
        assert.equal(now.at('active'), true)
      }
    }
  })

  test('AC-O9: deactivation without a path answers 200 with the user', async () => {
    const { patch } = await setUp({}, 'okta')
    const answer = await patch({ op: 'replace', value: { active: false } })
    assert.deepEqual([answer.status, answer.at('active')], [200, false])
  })

  test('AC-O11: reactivation keeps the id and writes the attributes again', async () => {
    const { scim, path, patch, read } = await setUp({}, 'okta')
    const id = (await read()).id()
    await patch({ op: 'replace', value: { active: false } })
    const back = await patch({ op: 'replace', value: { active: true } })
    assert.deepEqual([back.id(), back.at('active')], [id, true])
    const put = await scim.put(path, toUser('a', { title: 'again', active: true }))
    assert.deepEqual([put.id(), put.at('title')], [id, 'again'])
  })

  test('AC-G15: a new userName keeps the id', async () => {
    const { scim, patch, read } = await setUp()
    const id = (await read()).id()
    assert.equal((await patch({ op: 'replace', path: 'userName', value: 'new-login' })).id(), id)
    assert.deepEqual(await scim.find('/Users', 'userName eq "new-login"'), ['new-login'])
    assert.deepEqual(await scim.find('/Users', 'userName eq "a"'), [])
  })

  test('AC-G18: a path with single quotes works', async () => {
    const { patch } = await setUp()
    const answer = await patch({ op: 'replace', path: "emails[type eq 'work'].value", value: 'n@example.com' })
    assert.equal(answer.at('emails', 0, 'value'), 'n@example.com')
  })
}

if (import.meta.main) patchCases(makeMemoryProvider)

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isJsonObject, messageUrns } from '@rollcall/scim'
import { makeMemoryProvider } from './memory-provider.ts'
import {
  type Answer,
  type ProviderFactory,
  type TestClient,
  assertError,
  connect,
  enterpriseUrn,
  listNames,
  listOf,
  toUser,
  userUrn,
} from './provider.ts'

async function seed(scim: TestClient, count: number): Promise<readonly string[]> {
  const ids: string[] = []
  for (let i = 1; i <= count; i++) ids.push(await scim.user(`user${String(i).padStart(3, '0')}`))
  return ids
}

/** Pages through a list by cursor until there is no next one. */
async function listByCursor(
  scim: TestClient,
  endpoint: string,
  more: Record<string, string | number>,
): Promise<readonly Answer[]> {
  const pages: Answer[] = []
  let cursor = ''
  for (;;) {
    const page = await scim.list(endpoint, { ...more, cursor })
    assert.equal(page.status, 200, page.text)
    pages.push(page)
    const next = page.at('nextCursor')
    if (next === undefined) return pages
    assert.match(String(next), /^[A-Za-z0-9._~-]+$/)
    assert.ok(pages.length < 50)
    cursor = String(next)
  }
}

/** Lists, sorting, paging and projection (RFC 7644 §3.4.2 and §3.9, RFC 9865). */
export function listCases(makeProvider: ProviderFactory): void {
  test('TRAP-C1: count=0 answers the exact total and no resources', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 3)
    const answer = await scim.list('/Users', { count: 0 })
    assert.deepEqual(
      [answer.status, answer.at('totalResults'), answer.at('itemsPerPage'), listOf(answer.at('Resources')).length],
      [200, 3, 0, 0],
    )
  })

  test('TRAP-C2: a negative count is 0, a startIndex below 1 is 1 and the answer says so', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 3)
    const negative = await scim.list('/Users', { count: -3 })
    assert.deepEqual([negative.status, negative.at('itemsPerPage'), negative.at('totalResults')], [200, 0, 3])
    for (const startIndex of [0, -5]) {
      const answer = await scim.list('/Users', { startIndex, count: 2 })
      assert.equal(answer.at('startIndex'), 1)
      assert.deepEqual(listNames(answer), ['user001', 'user002'])
    }
    assertError(await scim.list('/Users', { startIndex: 'x' }), 400, 'invalidValue')
    assertError(await scim.list('/Users', { count: '1.5' }), 400, 'invalidValue')
  })

  test('TRAP-C3: a startIndex past the end is an empty page with the total', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 3)
    const answer = await scim.list('/Users', { startIndex: 101, count: 10 })
    assert.deepEqual([answer.status, answer.at('totalResults'), answer.at('itemsPerPage')], [200, 3, 0])
    assert.deepEqual(answer.at('Resources'), [])
  })

  test('TRAP-C4: itemsPerPage is what was returned, and a count above the maximum is cut', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 3)
    assert.equal((await scim.list('/Users', { count: 100_000 })).at('itemsPerPage'), 3)
    assert.equal((await scim.list('/Users', { startIndex: 3, count: 2 })).at('itemsPerPage'), 1)
  })

  test('TRAP-C5: pages have one order without sortBy, also while resources are added', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 5)
    const seen: unknown[] = []
    for (let startIndex = 1; startIndex <= 5; startIndex += 2) {
      seen.push(...listNames(await scim.list('/Users', { startIndex, count: 2 })).slice(0, 2))
      await scim.user(`added${startIndex}`)
    }
    assert.deepEqual(seen.slice(0, 5), ['user001', 'user002', 'user003', 'user004', 'user005'])
  })

  test('TRAP-C6: nothing found is 200 with a total of 0', async () => {
    const scim = await connect(makeProvider)
    for (const endpoint of ['/Users', '/Groups', '/']) {
      const answer = await scim.get(endpoint)
      assert.deepEqual([answer.status, answer.at('totalResults')], [200, 0])
      assert.deepEqual(answer.at('schemas'), [messageUrns.listResponse])
    }
  })

  test('TRAP-C7: sorting ignores case as the schema says, puts missing values last, and first when descending', async () => {
    const scim = await connect(makeProvider)
    await scim.user('u1', {
      displayName: 'b',
      name: { familyName: 'X' },
      emails: [{ value: 'z@example.com' }, { value: 'a@example.com', primary: true }],
    })
    await scim.user('u2', { displayName: 'A', emails: [{ value: 'm@example.com' }] })
    await scim.user('u3')
    await scim.user('u4', { displayName: 'C', name: { familyName: 'W' } })
    const names = async (sortBy: string, sortOrder = 'ascending') =>
      listNames(await scim.list('/Users', { sortBy, sortOrder, attributes: 'userName' }))
    assert.deepEqual(await names('displayName'), ['u2', 'u1', 'u4', 'u3'])
    assert.deepEqual(await names('DISPLAYNAME', 'Descending'), ['u3', 'u4', 'u1', 'u2'])
    assert.deepEqual((await names('name.familyName')).slice(0, 2), ['u4', 'u1'])
    assert.deepEqual((await names('emails')).slice(0, 2), ['u1', 'u2'])
    assert.deepEqual((await names('meta.created')).length, 4)
    assertError(await scim.list('/Users', { sortBy: 'bogus' }), 400, 'invalidPath')
    assertError(await scim.list('/Users', { sortBy: 'userName', sortOrder: 'up' }), 400, 'invalidValue')
    // A name without its URN is known to sortBy where filters know it.
    assert.equal((await scim.list('/Users', { sortBy: 'department' })).status, 200)
  })

  test('TRAP-C8: attributes shows the minimum and what was asked, on every verb', async () => {
    const scim = await connect(makeProvider)
    const more = {
      name: { givenName: 'A', familyName: 'L' },
      title: 'T',
      [enterpriseUrn]: { department: 'D', costCenter: '1' },
    }
    const query = `?attributes=USERNAME,name.givenName,${enterpriseUrn}:department`
    const expected = (answer: Answer) => {
      assert.ok(isJsonObject(answer.json ?? null), answer.text)
      const { id, ...shown } = isJsonObject(answer.json) ? answer.json : {}
      assert.equal(typeof id, 'string')
      assert.deepEqual(shown, {
        schemas: [userUrn, enterpriseUrn],
        userName: 'a',
        name: { givenName: 'A' },
        [enterpriseUrn]: { department: 'D' },
      })
    }
    const posted = await scim.post(`/Users${query}`, toUser('a', more))
    expected(posted)
    const path = `/Users/${posted.id()}`
    expected(await scim.get(path + query))
    expected(await scim.put(path + query, toUser('a', more)))
    const patched = await scim.patch(path + query, [{ op: 'replace', path: 'title', value: 'U' }])
    expected(patched)
    const list = await scim.get(`/Users${query}&filter=userName%20eq%20%22a%22`)
    assert.deepEqual(list.at('Resources', 0), patched.json)
    const search = await scim.post('/Users/.search', {
      schemas: [messageUrns.searchRequest],
      attributes: ['userName', 'name.givenName', `${enterpriseUrn}:department`],
    })
    assert.deepEqual(search.at('Resources', 0), patched.json)
    const bulk = await scim.bulk([
      {
        method: 'PATCH',
        path: path + query,
        data: { schemas: [messageUrns.patchOp], Operations: [{ op: 'remove', path: 'title' }] },
      },
    ])
    assert.deepEqual(bulk.at('Operations', 0, 'response'), patched.json)
    const whole = await scim.get(`${path}?attributes=${enterpriseUrn}`)
    assert.deepEqual(whole.at(enterpriseUrn), { department: 'D', costCenter: '1' })
    assert.equal(whole.at('userName'), undefined)
  })

  test('TRAP-C9: attributes and excludedAttributes together are invalidValue', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a')
    assertError(await scim.get(`/Users/${id}?attributes=title&excludedAttributes=name`), 400, 'invalidValue')
    assertError(await scim.get('/Users?attributes=title&excludedAttributes=name'), 400, 'invalidValue')
  })

  test('TRAP-C10: excluding what is always returned has no effect', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.user('a', { title: 'T' })
    const answer = await scim.get(`/Users/${id}?excludedAttributes=id,schemas,title,meta.location`)
    assert.equal(answer.id(), id)
    assert.deepEqual(answer.at('schemas'), [userUrn])
    assert.equal(answer.at('title'), undefined)
    assert.equal(answer.at('meta', 'location'), undefined)
    assert.notEqual(answer.at('meta', 'version'), undefined)
  })

  test('TRAP-C11: PATCH with attributes answers 200 with the projection, for groups too', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.group('G')
    const answer = await scim.patch(`/Groups/${id}?attributes=displayName`, [
      { op: 'replace', path: 'displayName', value: 'H' },
    ])
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.json, { id, schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'H' })
  })

  test('TRAP-C12: excludedAttributes=members asks the store for no member', async () => {
    const scim = await connect(makeProvider)
    const id = await scim.group('G', [await scim.user('a')])
    const { storage } = scim.provider
    const asked: boolean[] = []
    const { find, list } = storage
    storage.find = (context, type, resourceId, fields) => {
      asked.push(fields.members)
      return find.call(storage, context, type, resourceId, fields)
    }
    storage.list = (context, type, query) => {
      asked.push(query.fields.members)
      return list.call(storage, context, type, query)
    }
    const read = await scim.get(`/Groups/${id}?excludedAttributes=members`)
    const listed = await scim.get('/Groups?excludedAttributes=members')
    assert.deepEqual(asked, [false, false])
    assert.equal(read.at('members'), undefined)
    assert.equal(listed.at('Resources', 0, 'members'), undefined)
    assert.equal(listOf((await scim.get(`/Groups/${id}`)).at('members')).length, 1)
  })

  test('TRAP-C13: cursors page through everything once, are bound to the query and expire', async () => {
    let now = Date.parse('2026-01-01T00:00:00Z')
    const options = { nowMs: () => now, limits: { cursorSecondsMax: 60 } }
    const scim = await connect(makeProvider, options)
    await seed(scim, 7)
    const pages = await listByCursor(scim, '/Users', { count: 3, filter: 'userName sw "user"' })
    assert.deepEqual(pages.flatMap(listNames).length, 7)
    assert.equal(new Set(pages.flatMap(listNames)).size, 7)
    assert.deepEqual(
      pages.map((page) => page.at('itemsPerPage')),
      [3, 3, 1],
    )
    for (const page of pages) {
      assert.equal(page.at('previousCursor'), undefined)
      assert.equal(page.at('startIndex'), undefined)
    }
    const cursor = String(pages[0]?.at('nextCursor'))
    const same = { count: 3, filter: 'userName sw "user"', cursor }
    assert.equal(
      (await scim.list('/Users', { ...same, filter: '(userName  SW "user")', attributes: 'id' })).status,
      200,
    )
    assertError(await scim.list('/Users', { ...same, filter: 'userName sw "u"' }), 400, 'invalidCursor')
    assertError(await scim.list('/Users', { ...same, sortBy: 'userName' }), 400, 'invalidCursor')
    assertError(await scim.list('/Groups', { count: 3, cursor }), 400, 'invalidCursor')
    const last = cursor.at(-2) === 'A' ? 'B' : 'A'
    assertError(
      await scim.list('/Users', { ...same, cursor: cursor.slice(0, -2) + last + cursor.slice(-1) }),
      400,
      'invalidCursor',
    )
    assertError(await scim.list('/Users', { cursor: 'nonsense' }), 400, 'invalidCursor')
    assertError(await scim.list('/Users', { ...same, count: 2 }), 400, 'invalidCount')
    assertError(await scim.list('/Users', { cursor: '', count: 1_000_000 }), 400, 'invalidCount')
    assertError(await scim.list('/Users', { cursor: '', count: 'x' }), 400, 'invalidCount')
    const other = await connect(makeProvider, options)
    assertError(await other.list('/Users', same), 400, 'invalidCursor')
    now += 61_000
    assertError(await scim.list('/Users', same), 400, 'expiredCursor')
  })

  test('a cursor goes on where it was, though resources before it went and others came', async () => {
    const scim = await connect(makeProvider)
    const ids = await seed(scim, 6)
    for (const more of [
      { count: 2 },
      { count: 2, sortBy: 'userName' },
      { count: 2, sortBy: 'userName', sortOrder: 'descending' },
    ]) {
      const first = await scim.list('/Users', { ...more, cursor: '' })
      await scim.user(`new${ids.length}-${JSON.stringify(more).length}`)
      const rest = await listByCursor(scim, '/Users', more)
      assert.ok(rest.length >= 3)
      const second = await scim.list('/Users', { ...more, cursor: String(first.at('nextCursor')) })
      const both = [...listNames(first), ...listNames(second)]
      assert.equal(new Set(both).size, 4, JSON.stringify(both))
    }
    const first = await scim.list('/Users', { count: 2, cursor: '' })
    await scim.delete(`/Users/${ids[1]}`)
    const second = await scim.list('/Users', { count: 2, cursor: String(first.at('nextCursor')) })
    assert.deepEqual(listNames(second), ['user003', 'user004'])
  })

  test('a cursor with sortBy pages in that order, ties and missing values included', async () => {
    const scim = await connect(makeProvider)
    for (const [index, title] of ['b', 'a', undefined, 'b', 'A', undefined].entries())
      await scim.user(`u${index}`, title === undefined ? {} : { title })
    for (const sortOrder of ['ascending', 'descending']) {
      const pages = await listByCursor(scim, '/Users', { count: 1, sortBy: 'title', sortOrder })
      const whole = await scim.list('/Users', { sortBy: 'title', sortOrder })
      assert.deepEqual(pages.flatMap(listNames), listNames(whole))
    }
  })

  test('TRAP-C14: POST /.search is the same as GET, at the root and for a type', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 3)
    await scim.group('user group')
    const search = {
      schemas: [messageUrns.searchRequest],
      filter: 'userName sw "user"',
      startIndex: 2,
      count: 1,
      sortBy: 'userName',
    }
    const posted = await scim.post('/Users/.search', search)
    assert.equal(posted.headers.get('content-type'), 'application/scim+json')
    assert.deepEqual(
      posted.json,
      (await scim.get('/Users?filter=userName%20sw%20%22user%22&startIndex=2&count=1&sortBy=userName')).json,
    )
    const root = await scim.post('/.search', {
      schemas: [messageUrns.searchRequest],
      filter: 'userName sw "user" or displayName sw "user"',
    })
    assert.deepEqual(listNames(root), ['user001', 'user002', 'user003', 'user group'])
    const paged = await scim.post('/.search', { schemas: [messageUrns.searchRequest], startIndex: 3, count: 2 })
    assert.deepEqual([paged.at('totalResults'), listNames(paged)], [4, ['user003', 'user group']])
    const strict = await connect(makeProvider, { profile: 'strict' })
    assertError(await strict.post('/Users/.search', { filter: 'userName pr' }), 400, 'invalidSyntax')
    assertError(await scim.post('/Users/.search', { ...search, count: 'many' }), 400, 'invalidValue')
    assertError(await scim.post('/Users/.search', { ...search, filter: 5 }), 400, 'invalidValue')
  })

  test('a cursor at the root goes from one resource type to the next', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 3)
    await scim.group('G1')
    await scim.group('G2')
    const pages = await listByCursor(scim, '/', { count: 2 })
    assert.deepEqual(pages.flatMap(listNames), ['user001', 'user002', 'user003', 'G1', 'G2'])
  })

  test('AC-E47: cursors, ew filters and groups.value with id are served', async () => {
    const scim = await connect(makeProvider, { profile: 'entra' })
    const [first = '', second = ''] = await seed(scim, 2)
    const group = await scim.group('G', [first])
    assert.equal((await listByCursor(scim, '/Users', { count: 1 })).length, 2)
    assert.deepEqual(await scim.find('/Users', 'userName ew "002"'), ['user002'])
    assert.deepEqual(await scim.find('/Users', `groups.value eq "${group}" and id eq "${first}"`), ['user001'])
    assert.deepEqual(await scim.find('/Users', `groups.value eq "${group}" and id eq "${second}"`), [])
  })

  test('AC-E12: excludedAttributes=members is honoured on get and list', async () => {
    const scim = await connect(makeProvider, { profile: 'entra' })
    const id = await scim.group('G', await seed(scim, 20))
    assert.equal((await scim.get(`/Groups/${id}?excludedAttributes=members`)).at('members'), undefined)
    const list = await scim.get('/Groups?excludedAttributes=members&filter=displayName%20eq%20%22G%22')
    assert.equal(list.at('totalResults'), 1)
    assert.equal(list.at('Resources', 0, 'members'), undefined)
  })

  test('AC-G10: the members key is absent when excluded', async () => {
    const scim = await connect(makeProvider, { style: 'datadog' })
    const id = await scim.group('G', await seed(scim, 2))
    for (const path of [`/Groups/${id}?excludedAttributes=members`, '/Groups?excludedAttributes=members'])
      assert.doesNotMatch((await scim.get(path)).text, /"members"/)
  })

  test('AC-G9: style github pages by 30 and answers integers', async () => {
    const scim = await connect(makeProvider, { style: 'github' })
    const headers = { 'user-agent': 'GitHub-client' }
    for (let i = 0; i < 31; i++) {
      const body = toUser(`u${i}`, {
        externalId: `e${i}`,
        active: true,
        displayName: 'U',
        emails: [{ value: 'u@example.com', type: 'work', primary: true }],
      })
      assert.equal((await scim.post('/Users', body, headers)).status, 201)
    }
    const answer = await scim.get('/Users', headers)
    assert.deepEqual([answer.at('itemsPerPage'), answer.at('startIndex'), answer.at('totalResults')], [30, 1, 31])
  })

  test('AC-G8: userName, externalId, id and displayName can be filtered in style github', async () => {
    const scim = await connect(makeProvider, { style: 'github' })
    const headers = { 'user-agent': 'GitHub-client' }
    const body = toUser('mona', {
      externalId: 'e1',
      active: true,
      displayName: 'Mona',
      emails: [{ value: 'm@example.com', type: 'work', primary: true }],
    })
    const id = (await scim.post('/Users', body, headers)).id()
    const list = (filter: string) => scim.get(`/Users?filter=${encodeURIComponent(filter)}`, headers)
    for (const filter of ['userName eq "mona"', 'externalId eq "e1"', `id eq "${id}"`, 'displayName eq "mona"'])
      assert.equal((await list(filter)).at('totalResults'), 1, filter)
    assert.equal((await list('userName eq "mona" and externalId eq "e1"')).at('totalResults'), 1)
  })

  test('AC-O16: paging numbers are numbers', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 1)
    const answer = await scim.get('/Users?count=1&startIndex=1')
    for (const name of ['totalResults', 'itemsPerPage', 'startIndex']) assert.equal(typeof answer.at(name), 'number')
  })

  test('AC-O17: an insert between pages neither skips nor repeats the rows that were there', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 4)
    const first = await scim.get('/Users?startIndex=1&count=2')
    await scim.user('aaa')
    const second = await scim.get('/Users?startIndex=3&count=2')
    assert.deepEqual([...listNames(first), ...listNames(second)], ['user001', 'user002', 'user003', 'user004'])
  })

  test('parameters: any case, unknown ones ignored, lists joined, contradictions refused', async () => {
    const scim = await connect(makeProvider)
    await seed(scim, 3)
    const answer = await scim.get('/Users?aadOptscim062020&STARTINDEX=2&Count=1&x=y&attributes=userName&attributes=id')
    assert.deepEqual(listNames(answer), ['user002'])
    assertError(await scim.get('/Users?count=1&count=2'), 400, 'invalidValue')
    assertError(await scim.get('/Users?filter=%E0%A4%A'), 400, 'invalidValue')
  })
}

if (import.meta.main) listCases(makeMemoryProvider)

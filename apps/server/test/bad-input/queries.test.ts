import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { startStopwatch } from '../harness/stopwatch.ts'
import { assertRefused, create, inheritedNames, spellings, toGroup, toPatch, toSearch, toUser } from './refusal.ts'

let server: TestProvisioning
let acme: TestTenant
let userId: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  for (let n = 0; n < 30; n++) userId = await create(acme, '/Users', toUser(`user${n}`))
  await create(acme, '/Groups', toGroup('team', { members: [{ value: userId }] }))
})
after(() => server.close())

const get = (path: string, query: Readonly<Record<string, string>>) =>
  acme.scim('GET', `${path}?${new URLSearchParams(query).toString().replaceAll('+', '%20')}`)
const search = (body: object, path = '/Users') => acme.scim('POST', `${path}/.search`, toSearch(body))

// What a filter may cost the process is 50 ms; ten times that is room for a busy machine.
const boundMs = 500

const hostile: readonly (readonly [string, string])[] = [
  ['one word', 'a'.repeat(200_000)],
  ['open brackets', '('.repeat(200_000)],
  ['value paths in each other', 'a['.repeat(100_000)],
  ['negations', 'not ('.repeat(40_000)],
  ['a text that never ends', `userName eq "${'\\'.repeat(199_000)}`],
  ['escapes', `userName eq "${'\\u0041'.repeat(33_000)}"`],
  ['conjunctions', `${'userName eq "a" and '.repeat(10_000)}userName eq "a"`],
  ['spaces', ' '.repeat(200_000)],
  ['dots', 'a.'.repeat(100_000)],
  ['colons', 'urn:'.repeat(50_000)],
  ['digits', `userName eq ${'9'.repeat(199_000)}`],
]

test('TRAP-B20: hostile filters of 200,000 characters are invalidFilter by POST and 414 by GET, well within the bound', async () => {
  for (const [what, filter] of hostile) {
    const workMs = startStopwatch()
    assertRefused(await search({ filter }), { status: 400, scimType: 'invalidFilter', detail: /characters/ }, what)
    assertRefused(await get('/Users', { filter }), { status: 414, detail: /\.search/ }, what)
    assert.ok(workMs() < 2 * boundMs, `${what} took ${workMs()} ms`)
  }
})

test('filters just below the limits are answered within the bound: most nodes, deepest brackets, longest texts, wildcards', async () => {
  const leaves = Array.from({ length: 249 }, (_, n) => `userName co "${n}x"`)
  for (const [what, filter] of [
    ['nodes', leaves.join(' or ')],
    ['depth', `${'('.repeat(32)}userName pr${')'.repeat(32)}`],
    ['negations', `${'not ('.repeat(31)}userName pr${')'.repeat(31)}`],
    ['a long text', `userName co "${'ab'.repeat(4_900)}"`],
    ['wildcards of LIKE', `userName co "${'%_\\\\'.repeat(2_400)}"`],
    ['a regular expression', `userName co "${'(a+)+'.repeat(1_900)}$"`],
    ['value path', `emails[${leaves.slice(0, 200).join(' or ').replaceAll('userName', 'value')}]`],
    ['one too deep', `${'('.repeat(33)}userName pr${')'.repeat(33)}`],
    ['one node too many', Array.from({ length: 501 }, () => 'title pr').join(' or ')],
  ] as const) {
    const body = toSearch({ filter })
    const warm = await acme.scim('POST', '/Users/.search', body)
    const start = performance.now()
    const answer = await acme.scim('POST', '/Users/.search', body)
    assert.ok(performance.now() - start < boundMs, `${what} took ${performance.now() - start} ms`)
    assert.equal(answer.status, warm.status)
    if (what.startsWith('one '))
      assertRefused(answer, { status: 400, scimType: 'invalidFilter', detail: /more than/ }, what)
    else assert.equal(answer.status, 200, `${what}: ${answer.text.slice(0, 300)}`)
  }
})

test('TRAP-D17: inherited names in filters, paths and sortBy are refused by name; in attributes= they name nothing', async () => {
  for (const name of inheritedNames) {
    for (const path of spellings(name)) {
      for (const filter of [`${path} eq "x"`, `${path} pr`, `emails[${name} eq "x"]`, `not (${path} pr)`])
        assertRefused(await search({ filter }), { status: 400, scimType: 'invalidFilter' }, filter)
      assertRefused(await get('/Users', { sortBy: path }), { status: 400, scimType: 'invalidPath' }, path)
      for (const [op, patchPath] of [
        ['replace', path],
        ['remove', path],
        ['add', `emails[${name} eq "x"].value`],
      ] as const) {
        const patch = toPatch({ op, path: patchPath, value: 'x' })
        assertRefused(
          await acme.scim('PATCH', `/Users/${userId}`, patch),
          { status: 400, scimType: 'invalidPath' },
          patchPath,
        )
      }
      for (const parameter of ['attributes', 'excludedAttributes']) {
        const answer = await get(`/Users/${userId}`, { [parameter]: path })
        assert.equal(answer.status, 200, answer.text)
        assert.equal(answer.body.id, userId)
        assert.doesNotMatch(answer.text, /polluted|function|\[object/)
      }
    }
    assertRefused(await acme.scim('GET', `/${name}`), { status: 404 }, name)
    assertRefused(await acme.scim('GET', `/Users/${name}`), { status: 404 }, name)
    assertRefused(await acme.scim('GET', `/Schemas/${name}`), { status: 404 }, name)
    assertRefused(await acme.scim('GET', `/ResourceTypes/${name}`), { status: 404 }, name)
  }
})

test('startIndex and count: what is no integer is invalidValue that names it; what is out of range is brought into it', async () => {
  for (const name of ['startIndex', 'count']) {
    const refusal = { status: 400, scimType: 'invalidValue', detail: new RegExp(`"${name}" must be an integer`) }
    for (const value of ['NaN', '1e9', '1.5', '0x10', '--1', '٣', 'Infinity', '9'.repeat(30), '1,2'])
      assertRefused(await get('/Users', { [name]: value }), refusal, `${name}=${value}`)
    for (const value of ['1e400', '1.5', '{}', '[1]', 'true', '1e300', '"x"', '9007199254740993']) {
      const body = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"${name}":${value}}`
      assertRefused(await acme.scim('POST', '/Users/.search', body), refusal, body)
    }
  }
  for (const [query, startIndex, itemsPerPage] of [
    [{ count: '0' }, 1, 0],
    [{ count: '-1' }, 1, 0],
    [{ count: '-999999999999999' }, 1, 0],
    [{ count: '999999999999999' }, 1, 30],
    [{ startIndex: '0', count: '2' }, 1, 2],
    [{ startIndex: '-5', count: '2' }, 1, 2],
    [{ startIndex: '30', count: '5' }, 30, 1],
    [{ startIndex: '31' }, 31, 0],
    [{ startIndex: '999999999999999', count: '999999999999999' }, 999_999_999_999_999, 0],
  ] as const) {
    const { status, body } = await get('/Users', query)
    const found = [status, body.totalResults, body.startIndex, body.itemsPerPage, body.Resources.length]
    assert.deepEqual(found, [200, 30, startIndex, itemsPerPage, itemsPerPage], JSON.stringify(query))
  }
  assertRefused(await acme.scim('GET', '/Users?count=1&count=2'), {
    status: 400,
    scimType: 'invalidValue',
    detail: /"count"/,
  })
})

test('cursors: forged ones are invalidCursor, a count that is too large or none is invalidCount', async () => {
  for (const cursor of ['x', '%00', "' or 1=1 --", 'a.b.c', 'x'.repeat(10_000), '\u0000'])
    assertRefused(await get('/Users', { cursor }), { status: 400, scimType: 'invalidCursor' }, cursor.slice(0, 20))
  for (const count of ['1001', 'NaN', '999999999999999'])
    assertRefused(await get('/Users', { cursor: '', count }), { status: 400, scimType: 'invalidCount' }, count)
})

test('dates that no calendar has are invalidFilter; the first and the last year there are can be asked for', async () => {
  for (const date of [
    '2011-99-99T00:00:00Z',
    '2011-02-30T00:00:00Z',
    '9999999-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '9999-12-31T23:59:60Z',
    '9999-12-31T23:59:59-14:00',
    '0000-01-01T00:00:00+14:00',
    'now',
    'infinity',
    '',
  ])
    for (const name of ['meta.created', 'meta.lastModified'])
      assertRefused(
        await search({ filter: `${name} gt "${date}"` }),
        { status: 400, scimType: 'invalidFilter', detail: /dateTime/ },
        date,
      )
  for (const [date, found] of [
    ['0000-01-01T00:00:00Z', 30],
    ['0001-01-01T00:00:00+14:00', 30],
    ['9999-12-31T23:59:59.999999999Z', 0],
  ] as const) {
    const answer = await search({ filter: `meta.created gt "${date}"`, count: 0 })
    assert.deepEqual([answer.status, answer.body.totalResults], [200, found], `${date} ${answer.text}`)
  }
})

test('filters with U+0000 find nothing, with half a surrogate pair they are invalidFilter: never an error of the database', async () => {
  for (const attribute of ['userName', 'externalId', 'id', 'emails.value', 'groups.value', 'groups.display', 'title'])
    for (const operator of ['eq', 'co', 'sw', 'ew']) {
      const none = await search({ filter: `${attribute} ${operator} "a\\u0000b"`, count: 0 })
      assert.deepEqual([none.status, none.body.totalResults], [200, 0], `${attribute} ${operator} ${none.text}`)
      const half = await search({ filter: `${attribute} ${operator} "\\ud800"` })
      assertRefused(half, { status: 400, scimType: 'invalidFilter', detail: /not well-formed/ }, attribute)
    }
  for (const attribute of ['displayName', 'externalId', 'members.value', 'members.display', 'members.type'])
    for (const operator of ['eq', 'ne', 'co', 'gt', 'le']) {
      const answer = await search({ filter: `${attribute} ${operator} "\\u0000"`, count: 0 }, '/Groups')
      assert.equal(answer.status, 200, `${attribute} ${operator} ${answer.text}`)
    }
  for (const query of [
    'filter=%00',
    'filter=userName%20eq%20%22%00%22',
    'filter=%ff',
    'sortBy=%00',
    'count=%00',
    'filter=%',
  ])
    assert.equal((await acme.scim('GET', `/Users?${query}`)).status, 400, query)
  for (const path of ['/Users/%00', '/Users/%ff', '/Users/%', '/%00', '/Schemas/%00'])
    assert.match(String((await acme.scim('GET', path)).status), /^40[04]$/, path)
})

test('lists of 50,000 attribute names are read once each, and a SearchRequest of wrong types names what is wrong', async () => {
  const names = Array.from({ length: 50_000 }, (_, n) => (n % 2 === 0 ? 'userName' : `name${n}`))
  const workMs = startStopwatch()
  const answer = await search({ attributes: names, count: 1 })
  assert.ok(workMs() < 10 * boundMs)
  const [only] = answer.body.Resources
  assert.deepEqual(Object.keys(only ?? {}).toSorted(), ['id', 'schemas', 'userName'].toSorted())
  for (const [field, values] of [
    ['filter', [5, ['x'], {}, true]],
    ['sortBy', [5, {}, []]],
    ['attributes', [5, { a: 1 }, [5], [null]]],
    ['excludedAttributes', [5, [{}]]],
    ['cursor', [5, {}]],
  ] as const)
    for (const value of values) {
      const refusal = { status: 400, scimType: 'invalidValue', detail: new RegExp(`"${field}"`) }
      assertRefused(await search({ [field]: value }), refusal, `${field} ${JSON.stringify(value)}`)
    }
  assertRefused(await search({ sortBy: 'a'.repeat(500_000) }), { status: 400, scimType: 'invalidPath' })
  assertRefused(await search({ sortBy: 'userName', sortOrder: 'sideways' }), {
    status: 400,
    scimType: 'invalidValue',
    detail: /sortOrder/,
  })
})

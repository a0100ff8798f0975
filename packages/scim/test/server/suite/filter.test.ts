import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeMemoryProvider } from './memory-provider.ts'
import { type ProviderFactory, type TestClient, assertError, connect, enterpriseUrn, userUrn } from './provider.ts'

/** Three people who differ in everything that a filter can ask for. */
async function seed(scim: TestClient): Promise<{ readonly ada: string; readonly bob: string; readonly cyd: string }> {
  const ada = await scim.user('Ada@example.com', {
    externalId: 'E-1',
    name: { givenName: 'Ada', familyName: 'Lovelace' },
    displayName: 'Ada "the first" Lovelace',
    title: 'a and b) [x] c:d. "q" \\ /',
    userType: 'Employee',
    emails: [
      { value: 'ada@work.example', type: 'work', primary: true },
      { value: 'ada@home.example', type: 'home' },
    ],
    [enterpriseUrn]: { employeeNumber: '701984', department: 'Maths', manager: { value: 'm1' } },
  })
  const bob = await scim.user('bob', {
    active: false,
    title: '100% _sure_',
    emails: [{ value: 'bob@home.example', type: 'home' }],
    [enterpriseUrn]: { employeeNumber: '42' },
  })
  const cyd = await scim.user('cyd', { displayName: 'Zoë 😀', name: { formatted: '' } })
  return { ada, bob, cyd }
}

/** Filters over HTTP (RFC 7644 §3.4.2.2): the store under test must agree with the meaning of the library. */
export function filterCases(makeProvider: ProviderFactory): void {
  const setUp = async () => {
    const scim = await connect(makeProvider)
    return { scim, ...(await seed(scim)), users: (filter: string) => scim.find('/Users', filter) }
  }

  test('TRAP-B1: and binds tighter than or', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('userName eq "bob" or userName eq "cyd" and active eq false'), ['bob'])
    assert.deepEqual(await users('(userName eq "bob" or userName eq "cyd") and active eq true'), ['cyd'])
    assert.deepEqual(await users('not (userName eq "bob") and active eq false'), [])
  })

  test('TRAP-B2: parentheses nest, and not (a or b) means neither', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('not (userName eq "bob" or userName eq "cyd")'), ['Ada@example.com'])
    assert.deepEqual(await users('((((userName eq "bob"))))'), ['bob'])
    assert.deepEqual(await users('not (not (userName eq "bob"))'), ['bob'])
  })

  test('TRAP-B3: operators and names count without regard to case, and nothing after AND is dropped', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('USERNAME EQ "BOB" AND Active Eq FALSE'), ['bob'])
    assert.deepEqual(await users('USERNAME EQ "BOB" AND Active Eq TRUE'), [])
    assert.deepEqual(await users('NOT (USERNAME SW "a" OR userName eq "cyd")'), ['bob'])
  })

  test('TRAP-B4: names may carry their URN, also with dots and versions', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users(`${userUrn}:userName eq "bob"`), ['bob'])
    assert.deepEqual(await users(`${enterpriseUrn}:manager.value eq "m1"`), ['Ada@example.com'])
    assert.deepEqual(await users(`${enterpriseUrn.toUpperCase()}:EMPLOYEENUMBER eq "42"`), ['bob'])
  })

  test('TRAP-B5: a value path holds on one element', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('emails[type eq "work" and value eq "ada@home.example"]'), [])
    assert.deepEqual(await users('emails[type eq "home" and value eq "ada@home.example"]'), ['Ada@example.com'])
    assert.deepEqual(await users('emails[not (type eq "home")]'), ['Ada@example.com'])
  })

  test('TRAP-B6: a dotted name matches when any element does', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('emails.value eq "ada@home.example"'), ['Ada@example.com'])
    assert.deepEqual(await users('emails.type eq "work" and emails.value eq "ada@home.example"'), ['Ada@example.com'])
  })

  test('TRAP-B7: emails co means its value', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('emails co "home.example"'), ['Ada@example.com', 'bob'])
    assert.deepEqual(await users('emails co "work" and emails pr'), ['Ada@example.com'])
  })

  test('TRAP-B8: ne holds for a missing single value and for any differing element', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('userType ne "Employee"'), ['bob', 'cyd'])
    assert.deepEqual(await users('emails.type ne "home"'), ['Ada@example.com'])
    assert.deepEqual(await users('not (emails.type eq "home")'), ['cyd'])
  })

  test('TRAP-B9: pr is false for what holds nothing', async () => {
    const { scim, users } = await setUp()
    await scim.user('dan', { title: null, emails: [], name: {}, phoneNumbers: [{ value: null }] })
    assert.deepEqual(await users('title pr'), ['Ada@example.com', 'bob'])
    assert.deepEqual(await users('name pr'), ['Ada@example.com'])
    assert.deepEqual(await users('emails pr or phoneNumbers pr'), ['Ada@example.com', 'bob'])
  })

  test('TRAP-B10: eq null is not pr, ne null is pr', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('title eq null'), ['cyd'])
    assert.deepEqual(await users('title ne null'), ['Ada@example.com', 'bob'])
  })

  test('TRAP-B11: comparison follows caseExact for every operator and inside brackets', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('externalId eq "e-1"'), [])
    assert.deepEqual(await users('externalId sw "E"'), ['Ada@example.com'])
    assert.deepEqual(await users('userName co "EXAMPLE" and userName sw "ADA" and userName ew ".COM"'), [
      'Ada@example.com',
    ])
    assert.deepEqual(await users('emails[value eq "ADA@WORK.example"]'), ['Ada@example.com'])
    assert.deepEqual(await users('userName gt "BOB"'), ['cyd'])
  })

  test('TRAP-B12: JSON escapes are undone before comparing', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('displayName eq "Ada \\"the first\\" Lovelace"'), ['Ada@example.com'])
    assert.deepEqual(await users('displayName eq "Zo\\u00eb \\ud83d\\ude00"'), ['cyd'])
    assert.deepEqual(await users('title ew "\\\\ \\/"'), ['Ada@example.com'])
  })

  test('TRAP-B13: a literal may hold and, brackets, dots and colons', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('title co "a and b) [x] c:d." and userName pr'), ['Ada@example.com'])
  })

  test('TRAP-B14: %, _ and backslash are themselves', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('title co "%"'), ['bob'])
    assert.deepEqual(await users('title sw "1_0"'), [])
    assert.deepEqual(await users('title ew "_sure_"'), ['bob'])
    assert.deepEqual(await users('title co "\\\\"'), ['Ada@example.com'])
  })

  test('TRAP-B15: dateTimes compare as instants', async () => {
    const { scim, ada, users } = await setUp()
    const created = String((await scim.get(`/Users/${ada}`)).at('meta', 'created'))
    const shifted = new Date(Date.parse(created) + 2 * 3_600_000).toISOString().replace('Z', '+02:00')
    assert.ok((await users(`meta.created eq "${shifted}"`)).includes('Ada@example.com'))
    assert.equal((await users('meta.created gt "2001-01-03T00:00:00.0000000Z"')).length, 3)
    assert.deepEqual(await users(`meta.created lt "${new Date(Date.parse(created) - 60_000).toISOString()}"`), [])
  })

  test('TRAP-B16: an order on booleans and a part of a number are invalidFilter', async () => {
    const { scim } = await setUp()
    for (const filter of ['active gt true', 'active co "t"', 'x509Certificates.value gt "AQID"'])
      assertError(await scim.list('/Users', { filter }), 400, 'invalidFilter')
  })

  test('TRAP-B17: a literal of the wrong type is invalidFilter, but for booleans as text under Entra', async () => {
    const strict = await connect(makeProvider, { profile: 'strict' })
    assertError(await strict.list('/Users', { filter: 'active eq "true"' }), 400, 'invalidFilter')
    assertError(await strict.list('/Users', { filter: 'userName eq 5' }), 400, 'invalidFilter')
    const entra = await connect(makeProvider, { profile: 'entra' })
    await entra.user('a')
    assert.deepEqual(await entra.find('/Users', 'active eq "True"'), ['a'])
  })

  test('TRAP-B18: an unknown attribute is invalidFilter, at the root only when no type has it', async () => {
    const { scim } = await setUp()
    await scim.group('G')
    assertError(await scim.list('/Users', { filter: 'bogus eq "x"' }), 400, 'invalidFilter')
    assert.deepEqual(await scim.find('/', 'userName eq "bob" or members pr or displayName eq "G"'), ['bob', 'G'])
    assertError(await scim.list('/', { filter: 'bogus eq "x"' }), 400, 'invalidFilter')
  })

  test('TRAP-B19: broken filters are invalidFilter, never no filter', async () => {
    const { scim } = await setUp()
    const broken = [
      '',
      'userName',
      'userName eq',
      'userName xx "a"',
      '(userName eq "a"',
      'userName eq "a")',
      'userName eq "a" and',
      'userName eq "a" b',
      'emails[type eq "work"',
      'not userName eq "a"',
      'eq "a"',
    ]
    for (const filter of broken) assertError(await scim.list('/Users', { filter }), 400, 'invalidFilter')
  })

  test('TRAP-B20: filters that are too long, too deep or too wide are refused at once', async () => {
    const { scim } = await setUp()
    const long = `userName eq "${'a'.repeat(11_000)}"`
    const deep = `${'('.repeat(200)}userName eq "a"${')'.repeat(200)}`
    const wide = Array.from({ length: 400 }, () => 'active pr').join(' or ')
    for (const filter of [long, deep, `${wide} or ${wide}`]) {
      const search = { schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter }
      assertError(await scim.post('/Users/.search', search), 400, 'invalidFilter')
    }
    const startedAt = performance.now()
    const answer = await scim.list('/Users', { filter: `userName eq "${'a'.repeat(200_000)}"` })
    assertError(answer, 414)
    assert.match(String(answer.at('detail')), /\.search/)
    assert.ok(performance.now() - startedAt < 500)
  })

  test('TRAP-B21: schemas, meta, id, externalId, groups.value and members.value can be filtered', async () => {
    const { scim, ada, bob, users } = await setUp()
    const group = await scim.group('G', [bob])
    assert.deepEqual(await users(`schemas eq "${enterpriseUrn}"`), ['Ada@example.com', 'bob'])
    assert.deepEqual(await users(`id eq "${ada}"`), ['Ada@example.com'])
    assert.deepEqual(await users('externalId eq "E-1"'), ['Ada@example.com'])
    assert.deepEqual(await users(`groups.value eq "${group}"`), ['bob'])
    assert.deepEqual(await users('groups.display eq "g" and groups[type eq "direct"]'), ['bob'])
    assert.deepEqual(await scim.find('/Groups', `members.value eq "${bob}"`), ['G'])
    assert.deepEqual(await scim.find('/Groups', `members[value eq "${bob}" and type eq "User"]`), ['G'])
    assert.equal((await users('meta.resourceType eq "User"')).length, 3)
    const version = String((await scim.get(`/Users/${ada}`)).at('meta', 'version'))
    assert.ok((await users(`meta.version eq ${JSON.stringify(version)}`)).includes('Ada@example.com'))
  })

  test('meta.location and members.$ref compare with the URLs that answers show', async () => {
    const { scim, ada, bob, users } = await setUp()
    const { baseUrl } = scim.provider
    await scim.group('G', [bob])
    assert.deepEqual(await users(`meta.location eq "${baseUrl}/Users/${ada}"`), ['Ada@example.com'])
    assert.equal((await users(`meta.location ne "${baseUrl}/Users/${ada}"`)).length, 2)
    assert.deepEqual(await users('meta.location eq "https://elsewhere.example/Users/x"'), [])
    assert.deepEqual(await scim.find('/Groups', `members.$ref eq "${baseUrl}/Users/${bob}"`), ['G'])
    assert.deepEqual(await scim.find('/Groups', `members[$ref eq "${baseUrl}/Users/${ada}"]`), [])
    assertError(await scim.list('/Users', { filter: `meta.location sw "${baseUrl}"` }), 400, 'invalidFilter')
  })

  test('TRAP-B22: a filter on what is never returned is invalidFilter', async () => {
    const { scim } = await setUp()
    for (const filter of ['password eq "x"', 'password pr', 'not (password sw "a")'])
      assertError(await scim.list('/Users', { filter }), 400, 'invalidFilter')
  })

  test('TRAP-B23: a filter sees the value that was defaulted', async () => {
    const { users } = await setUp()
    assert.deepEqual(await users('active eq true'), ['Ada@example.com', 'cyd'])
  })

  test('AC-E11: values, attribute names and operators of Entra match in any case', async () => {
    const scim = await connect(makeProvider, { profile: 'entra' })
    await scim.user('a@b')
    assert.deepEqual(await scim.find('/Users', 'USERNAME EQ "A@B"'), ['a@b'])
    await scim.group('Team X')
    assert.deepEqual(await scim.find('/Groups', 'DisplayName eq "team x"'), ['Team X'])
  })

  test('AC-E17: unquoted values, grouping and dates of the Postman collection are served', async () => {
    const scim = await connect(makeProvider, { profile: 'entra' })
    await scim.user('OMalley', { name: { familyName: 'Employee' }, emails: [{ value: 'o@example.com', type: 'work' }] })
    await scim.user('other', { name: { familyName: 'Other' } })
    assert.deepEqual(await scim.find('/Users', 'userName sw O and name.FamilyName eq Employee'), ['OMalley'])
    assert.deepEqual(
      await scim.find(
        '/Users',
        'name.FamilyName eq Employee and (emails.Value co example.com or emails.Value co example.org)',
      ),
      ['OMalley'],
    )
    assert.equal((await scim.find('/Users', 'meta.Created gt "0001-01-03T00:00:00.0000000Z"')).length, 2)
    const range =
      'active eq true and (meta.lastModified ge "0001-01-03T00:00:00.0000000Z" and meta.lastModified le "2999-01-01T00:00:00Z")'
    assert.deepEqual(await scim.find('/Users', range, { count: 5, startIndex: 2 }), ['other'])
  })

  test('AC-E18: inactive people are found by id and by filter', async () => {
    const { scim, bob, users } = await setUp()
    assert.equal((await scim.get(`/Users/${bob}`)).at('active'), false)
    assert.deepEqual(await users('userName eq "bob"'), ['bob'])
    assert.equal((await scim.get('/Users')).at('totalResults'), 3)
  })

  test('AC-E1: the test connection, a filter for somebody unknown, is 200 with an empty list', async () => {
    const scim = await connect(makeProvider)
    for (const [endpoint, name] of [
      ['/Users', 'userName'],
      ['/Groups', 'displayName'],
    ] as const) {
      const answer = await scim.list(endpoint, { filter: `${name} eq "${crypto.randomUUID()}"` })
      assert.equal(answer.status, 200)
      assert.equal(answer.at('totalResults'), 0)
      assert.deepEqual(answer.at('Resources'), [])
    }
  })

  test('AC-O5: the lookup of Okta, percent-encoded with startIndex and count, finds one or none', async () => {
    const { scim } = await setUp()
    const path = (name: string) => `/Users?filter=userName%20eq%20%22${name}%22&startIndex=1&count=100`
    const hit = await scim.get(path('ada%40example.com'))
    assert.equal(hit.at('totalResults'), 1)
    const miss = await scim.get(path('nobody'))
    assert.deepEqual(
      [miss.status, miss.at('totalResults'), miss.at('itemsPerPage'), miss.at('Resources')],
      [200, 0, 0, []],
    )
  })

  test('AC-O14: Okta finds a group by displayName', async () => {
    const { scim } = await setUp()
    await scim.group('Test SCIMv2')
    const answer = await scim.get('/Groups?filter=displayName%20eq%20%22Test%20SCIMv2%22&startIndex=1&count=100')
    assert.equal(answer.at('totalResults'), 1)
    assert.equal(answer.at('Resources', 0, 'displayName'), 'Test SCIMv2')
  })

  test('AC-G23: suspended people are listed, deleted ones are not', async () => {
    const { scim, ada } = await setUp()
    await scim.delete(`/Users/${ada}`)
    assert.deepEqual(await scim.find('/Users', 'userName pr'), ['bob', 'cyd'])
  })
}

if (import.meta.main) filterCases(makeMemoryProvider)

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { seedUsers } from '../directory/seed.ts'
import { activate, createPeopleHarness, type PeopleHarness } from './people-harness.ts'

let server: PeopleHarness
before(async () => {
  server = await createPeopleHarness()
})
after(() => server[Symbol.asyncDispose]())

/** RFC 4180, as strict as a parser can be: every field may be quoted, quotes are doubled, lines end with CR LF. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const lines: string[][] = [[]]
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y
  while (field.lastIndex < text.length) {
    const at = field.lastIndex
    const match = field.exec(text)
    assert.ok(match !== null, `no field at ${at}: ${text.slice(at, at + 40)}`)
    lines.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
    if (match[3] === '\r\n') lines.push([])
  }
  return lines.slice(0, -1)
}

test('AC-G42: the export has SCIM id, externalId, userName and state of every identity, and computes nothing in a spreadsheet', async () => {
  const place = await server.place('export')
  const source = await place.source({ name: '=cmd|x' })
  const ids = [
    await source.user('ada', {
      displayName: 'Lovelace, "Ada"\r\nCountess',
      name: { givenName: '=1+1', familyName: '-5' },
    }),
    await source.user('bea', { displayName: "'quoted", name: { givenName: '@SUM(A1)' } }),
    await source.user('cyd'),
  ]
  await source.patch(`/Users/${ids[1]}`, activate(false))
  await source.scim('DELETE', `/Users/${ids[2]}`)
  await place.api('POST', '/people', { attributes: { userName: 'local' }, invite: false })
  const reply = await place.api('GET', '/people/export')
  assert.equal(reply.headers.get('content-type'), 'text/csv; charset=utf-8')
  const [head = [], ...lines] = parseCsv(reply.body)
  const rows = lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index]])))
  const told = rows.map(({ scimId, externalId, userName, state, owner }) => [
    scimId,
    externalId,
    userName,
    state,
    owner,
  ])
  assert.deepEqual(told.slice(0, 2), [
    [ids[0], 'x-ada', 'ada', 'pending', 'connection'],
    [ids[1], 'x-bea', 'bea', 'suspended', 'connection'],
  ])
  assert.deepEqual(
    [rows.length, rows[2]?.['userName'], rows[2]?.['owner'], rows[2]?.['connectionId']],
    [3, 'local', 'local', ''],
  )
  const unguarded = (text: string | undefined) => text?.replace(/^'/, '')
  assert.deepEqual(
    [rows[0]?.['givenName'], rows[0]?.['familyName'], rows[1]?.['givenName']],
    ["'=1+1", '-5', "'@SUM(A1)"],
  )
  assert.equal(rows[0]?.['connection'], "'=cmd|x")
  assert.equal(unguarded(rows[1]?.['displayName']), "'quoted", 'taking one apostrophe away gives back what was there')
  assert.equal(rows[0]?.['displayName'], 'Lovelace, "Ada"\r\nCountess')
  const gone = parseCsv((await place.api('GET', '/people/export?state=deprovisioned')).body)
  assert.deepEqual([gone.length, gone[1]?.[head.indexOf('userName')]], [2, 'cyd'])
  const reader = await place.key({ scopes: ['people:read'] })
  assert.equal((await place.api('GET', '/people/export', undefined, reader.key)).body.code, 'forbidden')
})

test('an export is sent while it is read, in flat memory, each identity once', async () => {
  const place = await server.place('large')
  const { body } = await place.api('GET', '/connections')
  const { database } = server.application
  const { rows } = await database.query<{ id: string; connection: string }>({
    text: `select organization_id as id, id as connection from connections c where exists (
      select from organizations o where o.id = c.organization_id and o.slug = 'large')`,
  })
  assert.equal(body.data.length, 1)
  const count = 20_000
  const scope = { organizationId: rows[0]?.id ?? '', connectionId: rows[0]?.connection ?? null }
  await seedUsers(database, scope, { count })
  const response = await server.application.fetch(`${place.path}/people/export`, {
    headers: { authorization: `Bearer ${server.instanceKey}` },
  })
  const seen = new Set<string>()
  let pieces = 0
  let rest = ''
  const decoder = new TextDecoder()
  for await (const piece of response.body ?? []) {
    pieces++
    assert.ok(piece.byteLength < 1024 * 1024, 'no piece is large')
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) seen.add(line)
  }
  assert.deepEqual([seen.size, rest], [count + 1, ''])
  assert.ok(pieces >= count / 1_000, String(pieces))
})

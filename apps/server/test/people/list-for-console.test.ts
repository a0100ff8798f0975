import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseTypeId } from '@rollcall/admin-api'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { seedUsers } from '../directory/seed.ts'
import { createTestApp } from '../harness/provisioning-app.ts'

let admin: AdminHarness
let key: string
let organizationId: string
const people = '/api/v1/organizations/acme/people'
const create = async (userName: string, attributes: object = {}): Promise<string> => {
  const made = await admin.send('POST', people, {
    key,
    body: { attributes: { userName, ...attributes }, invite: false },
  })
  assert.equal(made.status, 201)
  return made.body.id
}
const list = (query: string): Promise<Reply> => admin.send('GET', `${people}?${query}`, { key })
const names = ({ body }: Reply): readonly string[] => body.data.map(({ userName }: { userName: string }) => userName)

before(async () => {
  admin = await createAdminHarness()
  const acme = await admin.createOrganization('acme')
  key = acme.key
  organizationId = parseTypeId('org', acme.id) ?? ''
})
after(() => admin[Symbol.asyncDispose]())

test('a list finds by a SCIM filter, and says where one cannot be read', async () => {
  await create('bea', { title: 'Captain' })
  await create('Ada', { title: 'Engineer' })
  await create('cyd', { title: 'captain' })
  assert.deepEqual(names(await list(`filter=${encodeURIComponent('title eq "Captain"')}`)), ['bea', 'cyd'])
  assert.deepEqual(names(await list(`filter=${encodeURIComponent('userName sw "a" and active eq true')}`)), ['Ada'])
  const broken = await list(`filter=${encodeURIComponent('userName is "a"')}`)
  assert.equal(broken.status, 400)
  const [error] = broken.body.errors
  assert.deepEqual([error.pointer, error.code, error.position], ['/filter', 'invalidFilter', 9])
})

test('by userName in both directions, page by page, nobody twice and nobody left out', async () => {
  const all: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await list(`sort=userName&limit=2${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    all.push(...names(page))
    cursor = page.body.nextCursor
  }
  assert.deepEqual(all, ['Ada', 'bea', 'cyd'])
  assert.deepEqual(names(await list('sort=-userName')), ['cyd', 'bea', 'Ada'])
  const cursor = (await list('sort=userName&limit=1')).body.nextCursor
  assert.equal((await list(`sort=-userName&limit=1&cursor=${encodeURIComponent(cursor)}`)).status, 400)
})

test('teams, apps and the last sign-in come with the people, and where they are managed can be asked for', async () => {
  const id = await create('dee')
  for (const name of ['Red', 'Blue', 'Green']) {
    const team = await admin.send('POST', '/api/v1/organizations/acme/teams', { key, body: { name } })
    await admin.send('POST', `/api/v1/organizations/acme/teams/${team.body.id}/members`, {
      key,
      body: { members: [id] },
    })
  }
  const { database, clock } = admin.application
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  for (const [name, failure] of [
    ['Wiki', null],
    ['Chat', 'Timeout'],
  ]) {
    const app = await createTestApp(admin.application.application.parts, call, { organizationId, name: name ?? '' })
    await database.query(
      {
        text: `insert into links (organization_id, app_id, object_id, kind, state, is_in_scope, failure_code) values ($1, $2, $3, 'user', 'linked', true, $4)`,
      },
      [organizationId, app.id, parseTypeId('usr', id), failure],
    )
  }
  const { body } = await list('search=dee&include=teams,apps,lastSignIn&connection=local')
  const [dee] = body.data
  assert.deepEqual(
    [dee.teams.first.map(({ name }: { name: string }) => name), dee.teams.count, dee.apps, dee.lastSignInAt],
    [['Blue', 'Green'], 3, { ok: 1, total: 2 }, null],
  )
  const plain = (await list('search=dee')).body.data[0]
  assert.deepEqual([plain.teams, plain.apps, plain.lastSignInAt], [undefined, undefined, undefined])
})

test('a page of a person has accounts and why, teams and why, and ways to sign in, in one request', async () => {
  const { id } = (await list('search=dee')).body.data[0]
  const { body } = await admin.send('GET', `${people}/${id}/page`, { key })
  assert.deepEqual(
    body.accounts.map(
      ({ app, state, failure }: { app: { name: string }; state: string; failure: { code: string } | null }) => [
        app.name,
        state,
        failure?.code,
      ],
    ),
    [
      ['Chat', 'failed', 'Timeout'],
      ['Wiki', 'inSync', undefined],
    ],
  )
  assert.deepEqual(
    body.teams.map(({ team, via }: { team: { name: string }; via: string }) => [team.name, via]),
    [
      ['Blue', 'manual'],
      ['Green', 'manual'],
      ['Red', 'manual'],
    ],
  )
  assert.deepEqual([body.signIn.hasPassword, body.signIn.providers, body.keys, body.notices], [false, [], 0, []])
  const poor = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['people:read'] } })
  const less = await admin.send('GET', `${people}/${id}/page`, { key: poor.body.key })
  assert.deepEqual([less.body.accounts, less.body.teams, less.body.signIn, less.body.keys], [null, null, null, null])
})

test('a count is exact as long as few match, and about right beyond, unless it is to be exact', async () => {
  assert.deepEqual((await list('count=estimated')).body.count, { value: 4, exact: true })
  await seedUsers(admin.application.database, { organizationId, connectionId: null }, { count: 12_000 })
  await admin.application.database.query({ text: 'vacuum analyze users, user_states' })
  assert.deepEqual((await list('count=estimated&limit=1')).body.count, { value: 12_004, exact: true })
  const many = (await list(`count=estimated&limit=1&filter=${encodeURIComponent('userName sw "seed"')}`)).body.count
  assert.equal(many.exact, false)
  assert.ok(many.value > 10_000 && many.value < 14_000, `${many.value}`)
  const exactly = (await list(`count=exactly&limit=1&filter=${encodeURIComponent('userName sw "seed"')}`)).body.count
  assert.deepEqual(exactly, { value: 12_000, exact: true })
  assert.deepEqual(names(await list('sort=userName&limit=3')), ['Ada', 'bea', 'cyd'])
  assert.deepEqual(names(await list('sort=-userName&limit=1')), ['seed9@example.com'])
})

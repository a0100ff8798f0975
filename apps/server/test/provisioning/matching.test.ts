import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readProgress } from '../../src/provisioning/apps/progress.ts'
import { createEngineHarness } from './engine-harness.ts'
import { rulesOf, usualMappings } from './rules-fixture.ts'

type Account = { readonly userName: string; readonly displayName: string }

type Case = {
  readonly name: string
  /** Whom the app has already: of these names, ours first. */
  readonly accounts: readonly Account[]
  readonly rules?: object
  /** Another person of ours is linked to the first account. */
  readonly isTaken?: boolean
  readonly becomes: { readonly state: string; readonly origin: string | null; readonly reason: string | null }
  /** The name of the account that is Ada's then. */
  readonly linkedTo?: string
  readonly posts: number
}

const login = { userName: 'ada@example.com', displayName: 'Somebody' }
const sameLogin = { userName: 'ADA@example.com', displayName: 'Somebody else' }
const display = { userName: 'ada.lovelace', displayName: 'Ada' }
const sameDisplay = { userName: 'ada.byron', displayName: 'Ada' }

const failed = (reason: string): Case['becomes'] => ({ state: 'unlinked', origin: null, reason })
const adopted = { state: 'linked', origin: 'adopted', reason: null }

const cases: readonly Case[] = [
  { name: 'none: created', accounts: [], becomes: { ...adopted, origin: 'created' }, posts: 1 },
  { name: 'one by the first rule: adopted', accounts: [login], becomes: adopted, linkedTo: login.userName, posts: 0 },
  {
    name: 'the first rule that finds anything decides',
    accounts: [login, display],
    becomes: adopted,
    linkedTo: login.userName,
    posts: 0,
  },
  {
    name: 'one by the second rule: adopted',
    accounts: [display],
    becomes: adopted,
    linkedTo: display.userName,
    posts: 0,
  },
  { name: 'two by the first rule', accounts: [login, sameLogin], becomes: failed('Ambiguous'), posts: 0 },
  {
    name: 'two by the first rule, one by the second',
    accounts: [login, sameLogin, display],
    becomes: failed('Ambiguous'),
    posts: 0,
  },
  { name: 'two by the second rule', accounts: [display, sameDisplay], becomes: failed('Ambiguous'), posts: 0 },
  { name: 'linked elsewhere', accounts: [display], isTaken: true, becomes: failed('AlreadyLinked'), posts: 0 },
  {
    name: 'adoption is refused',
    accounts: [login],
    rules: { adoption: 'refuse' },
    becomes: failed('AdoptionRefused'),
    posts: 0,
  },
  {
    name: 'adoption is asked for',
    accounts: [login],
    rules: { adoption: 'ask' },
    becomes: failed('AdoptionNeedsApproval'),
    posts: 0,
  },
  {
    name: 'none, and the rules create none',
    accounts: [],
    rules: { actions: { create: false, update: true, delete: true } },
    becomes: failed('CreateNotAllowed'),
    posts: 0,
  },
]

test('ENG-08: ordered rules: none is created, one is adopted by policy, more are Ambiguous with both names, one of another is AlreadyLinked', async (t) => {
  for (const each of cases) await t.test(each.name, () => play(each))
})

async function play({ accounts, rules = {}, isTaken = false, becomes, linkedTo, posts }: Case): Promise<void> {
  const matching = [
    [{ target: 'userName', source: 'userPrincipalName' }],
    [{ target: 'displayName', source: 'displayName' }],
  ]
  await using harness = await createEngineHarness({
    rules: rulesOf({ mappings: usualMappings.slice(0, 3), matching, ...rules }),
    quirks: { isUnique: false },
  })
  const { fake } = harness
  const inserted = accounts.map((account) => fake.users.insert({ schemas: [], ...account }, { by: 'foreign' }))
  if (isTaken) {
    const eve = await harness.createPerson(display.userName, { displayName: 'Ada' })
    await harness.assign({ kind: 'user', id: eve })
    await harness.settle()
  }
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  await harness.assign({ kind: 'user', id: ada })
  fake.clearCounts()
  await harness.settle()
  const [link] = await harness.rows<{ state: string; origin: string; reason: string; key: string; detail: string }>(
    `select state, origin, failure_code as reason, target_key as key, failure_detail as detail from links
      where organization_id = $1 and app_id = $2 and object_id = '${ada}'`,
  )
  assert.deepEqual({ state: link?.state, origin: link?.origin, reason: link?.reason }, becomes)
  assert.equal(fake.counts.get('POST /Users') ?? 0, posts)
  if (linkedTo !== undefined)
    assert.equal(link?.key, inserted.find(({ resource }) => resource['userName'] === linkedTo)?.id)
  if (becomes.reason === 'Ambiguous') {
    const rival = accounts.filter(({ userName, displayName }) =>
      accounts.includes(login) ? userName.toLowerCase() === login.userName : displayName === 'Ada',
    )
    assert.equal(rival.length, 2)
    for (const { userName } of rival) assert.ok(link?.detail.includes(userName), `${userName} in ${link?.detail}`)
  }
  if (becomes.reason === 'CreateNotAllowed') {
    const name = { organizationId: harness.organizationId, appId: harness.appId }
    const { users } = await readProgress(harness.server.database, name, harness.server.clock())
    assert.deepEqual([users.total, users.inSync, users.outOfScope], [1, 0, 1])
  }
  if (becomes.state === 'unlinked') assert.equal(fake.counts.get('PATCH /Users/…') ?? 0, 0)
}

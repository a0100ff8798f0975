import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { workRuns } from '../harness/listening-application.ts'
import type { Reply } from '../admin/admin-harness.ts'
import { createPeopleHarness, type PeopleHarness, type Place, type Source } from './people-harness.ts'

let harness: PeopleHarness
let acme: Place
let idp: Source
const ids = new Map<string, string>()
const idOf = (name: string): string => ids.get(name) ?? ''

before(async () => {
  harness = await createPeopleHarness()
  acme = await harness.place('acme')
  idp = await acme.source()
  for (const name of ['ann', 'ben', 'cat', 'dan'])
    ids.set(name, await create(name, name === 'dan' ? { title: 'Captain' } : { title: 'Intern' }))
  await idp.user('eve', { title: 'Intern', active: true })
  ids.set('eve', (await acme.find('eve')).id)
})
after(() => harness[Symbol.asyncDispose]())

async function create(userName: string, attributes: object): Promise<string> {
  const { body } = await acme.api('POST', '/people', { attributes: { userName, ...attributes }, invite: false })
  return body.id
}

/** Starts an act, does a worker's part, and gives the run as it ended. */
async function act(path: string, body?: object, key?: string): Promise<Reply['body']> {
  const started = await acme.api('POST', path, body ?? {}, key)
  assert.equal(started.status, 202, JSON.stringify(started.body))
  await workRuns(harness.application)
  const { body: run } = await acme.api('GET', `/runs/${started.body.id}`)
  assert.equal(run.state, 'done', run.error)
  return run
}

const states = async (...names: readonly string[]): Promise<readonly string[]> =>
  Promise.all(names.map(async (name) => (await acme.api('GET', `/people/${idOf(name)}`)).body.state))

test('all who match are suspended but those who are named and those of a source, who are told; undo leaves whom others changed since', async () => {
  const people = { matching: { filter: 'title eq "Intern"' }, except: [idOf('cat')] }
  const run = await act('/people-acts', { act: 'suspend', people, reason: 'The season is over' })
  assert.deepEqual(run.result, { act: 'suspend', changed: 2, unchanged: 0, failed: 1 })
  assert.deepEqual(await states('ann', 'ben', 'cat', 'dan', 'eve'), [
    'suspended',
    'suspended',
    'active',
    'active',
    'pending',
  ])
  const { body: failed } = await acme.api('GET', `/people-acts/${run.id}/people?outcome=failed`)
  assert.deepEqual(
    failed.data.map(({ userId, code }: { userId: string; code: string }) => [userId, code]),
    [[idOf('eve'), 'locked']],
  )
  const { body: history } = await acme.api('GET', `/people/${idOf('ann')}/history?limit=1`)
  assert.deepEqual([history.data[0].action, history.data[0].reason], ['user.suspended', 'The season is over'])
  // Somebody brings Ben back and suspends him again: that is not the act's any more.
  await acme.api('POST', `/people/${idOf('ben')}/reactivate`, {})
  await acme.api('POST', `/people/${idOf('ben')}/suspend`, {})
  const undone = await act(`/people-acts/${run.id}/undo`)
  assert.deepEqual([undone.result.changed, undone.result.left], [1, 1])
  assert.deepEqual(await states('ann', 'ben'), ['active', 'suspended'])
  const { body: items } = await acme.api('GET', `/people-acts/${run.id}/people?total=true`)
  assert.deepEqual(items.data.map(({ outcome }: { outcome: string }) => outcome).toSorted(), [
    'done',
    'failed',
    'undone',
  ])
  await acme.api('POST', `/people/${idOf('ben')}/reactivate`, {})
})

test('with an override the source’s people are suspended too, and its next push does not undo it', async () => {
  const overrideUntil = new Date(harness.application.clock().getTime() + 86_400_000).toISOString()
  const run = await act('/people-acts', { act: 'suspend', people: { ids: [idOf('eve')] }, overrideUntil })
  assert.equal(run.result.changed, 1)
  assert.deepEqual(await states('eve'), ['suspended'])
  const again = await act('/people-acts', { act: 'suspend', people: { ids: [idOf('eve')] } })
  assert.deepEqual([again.result.changed, again.result.unchanged], [0, 1])
  await act(`/people-acts/${run.id}/undo`)
  assert.deepEqual(await states('eve'), ['pending'])
})

test('many join a team in one change, undo takes out just those who joined, and a team of a source refuses by name', async () => {
  const { body: team } = await acme.api('POST', '/teams', { name: 'Reds' })
  await acme.api('POST', `/teams/${team.id}/members`, { members: [idOf('dan')] })
  const people = { ids: ['ann', 'ben', 'dan'].map(idOf) }
  const run = await act('/people-acts', { act: 'addToTeam', team: team.id, people })
  assert.deepEqual([run.result.changed, run.result.unchanged], [2, 1])
  const { body: history } = await acme.api('GET', `/teams/${team.id}/history?limit=1`)
  assert.equal(history.data[0].joinedCount, 2)
  await act(`/people-acts/${run.id}/undo`)
  const { body: members } = await acme.api('GET', `/teams/${team.id}/members`)
  assert.deepEqual(
    members.data.map(({ id }: { id: string }) => id),
    [idOf('dan')],
  )
  await idp.group('Theirs', [])
  const { body: theirs } = await acme.api('GET', '/teams?search=Theirs')
  const refused = await act('/people-acts', { act: 'addToTeam', team: theirs.data[0].id, people })
  assert.deepEqual([refused.result.changed, refused.result.failed], [0, 3])
  const { body: why } = await acme.api('GET', `/people-acts/${refused.id}/people`)
  assert.equal(why.data[0].code, 'managed')
})

test('who is pending gets a new invitation, whoever is not is told why not, and mails cannot be undone', async () => {
  const run = await act('/people-acts', {
    act: 'resendInvitation',
    people: { ids: [idOf('eve'), idOf('ann')] },
  })
  assert.deepEqual([run.result.changed, run.result.failed], [1, 1])
  const undo = await acme.api('POST', `/people-acts/${run.id}/undo`)
  assert.equal(undo.status, 409)
})

test('an act waits for the one before it, and joins nobody to a team for whoever may not change teams', async () => {
  await acme.promote(idOf('ann'))
  const { key } = await acme.key({ name: 'hers', scopes: ['people:manage', 'people:read'], user: idOf('ann') })
  const people = { ids: [idOf('ann'), idOf('dan')] }
  const forbidden = await acme.api(
    'POST',
    '/people-acts',
    { act: 'addToTeam', team: 'team_01h4zpwq00e008000000000000', people },
    key,
  )
  assert.equal(forbidden.status, 403)
  const inviting = await acme.api('POST', '/people-acts', { act: 'resendInvitation', people }, key)
  assert.deepEqual([inviting.status, inviting.body.detail?.includes('people:invite')], [403, true])
  const { body: blues } = await acme.api('POST', '/teams', { name: 'Blues' })
  const joined = await act('/people-acts', { act: 'addToTeam', team: blues.id, people })
  assert.equal((await acme.api('POST', `/people-acts/${joined.id}/undo`, {}, key)).status, 403)
  const first = await acme.api('POST', '/people-acts', { act: 'reactivate', people })
  assert.equal(first.status, 202)
  assert.equal((await acme.api('POST', '/people-acts', { act: 'suspend', people })).status, 409)
  await workRuns(harness.application)
  const team = await acme.api('POST', '/people-acts', {
    act: 'suspend',
    people,
    team: 'team_01h4zpwq00e008000000000000',
  })
  assert.equal(team.status, 400)
  const broken = await acme.api('POST', '/people-acts', {
    act: 'suspend',
    people: { matching: { filter: 'title is "x"' } },
  })
  assert.equal(broken.status, 400)
})

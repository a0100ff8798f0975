import assert from 'node:assert/strict'
import { publishRules, saveRules } from '../../src/provisioning/apps/rules-revisions.ts'
import { assertSame, createTwoRollcalls, newPerson, newTeam, patch, rules, type TwoRollcalls } from './two-rollcalls.ts'

/** A bit longer than teams wait for accounts while a cycle runs. */
const teamsWaitMs = 20_000
const dayMs = 86_400_000
/** So many of each kind: fewer than a guard or the gate would hold. */
const some = 8

type Size = { readonly people: number; readonly teams: number; readonly membersOfTeam: number }

/** A year in the life of two directories; after each step both are compared as a whole. */
export async function playTwoRollcalls(size: Size): Promise<void> {
  await using both = await createTwoRollcalls()
  const { source } = both
  const people = await source.bulk(Array.from({ length: size.people }, (_, number) => newPerson(number)))
  const ids = people.map(idOf)
  const teams = await source.bulk(
    Array.from({ length: size.teams }, (_, number) => newTeam(`Team ${number}`, membersOf(ids, number, size))),
  )
  await arrive(both)
  await assertSame(both)
  const first = both.takeRequests()
  assert.equal(first['POST Users'], size.people, 'nobody was made twice')
  assert.equal(first['POST Groups'], size.teams)

  await assertQuiet(both)
  const scene = { both, ids, teams: teams.map(idOf) }
  await playChanges(scene)
  await playLeavers(scene)
  await playTeams(scene)
  await assertQuiet(both)
}

type Scene = { readonly both: TwoRollcalls; readonly ids: readonly string[]; readonly teams: readonly string[] }

function membersOf(ids: readonly string[], number: number, { membersOfTeam }: Size): readonly string[] {
  return Array.from({ length: membersOfTeam }, (_, at) => ids[(number * 7 + at) % ids.length] ?? '')
}

/** Everybody once more, by rules that say the same in another revision: nothing is sent. */
async function assertQuiet(both: TwoRollcalls): Promise<void> {
  const { harness, takeRequests } = both
  const { server, organizationId, appId } = harness
  takeRequests()
  const tables = { [`round ${server.clock().getTime()}`]: {} }
  const app = { organizationId, appId }
  const { revision } = await saveRules(server.database, server.call(), { ...app, document: { ...rules, tables } })
  await publishRules(server.database, server.call(), { ...app, revision })
  await harness.settle()
  await both.pass(60_000)
  assert.deepEqual(takeRequests(), {})
}

/** Teams wait a while for further accounts. */
async function arrive(both: TwoRollcalls): Promise<void> {
  await both.harness.settle()
  await both.pass(teamsWaitMs)
}

async function playChanges({ both, ids }: Scene): Promise<void> {
  const { source } = both
  const changed = ids.slice(0, some * 3)
  await source.bulk([
    ...changed.slice(0, some).map((id) => patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Lead' })),
    ...changed.slice(some, some * 2).map((id, at) =>
      patch(
        `/Users/${id}`,
        { op: 'replace', path: 'userName', value: `renamed${at}@example.com` },
        {
          op: 'replace',
          path: 'emails[type eq "work"].value',
          value: `renamed${at}@example.com`,
        },
      ),
    ),
    ...changed
      .slice(some * 2)
      .map((id) => patch(`/Users/${id}`, { op: 'replace', path: `${enterprise}:manager`, value: { value: 'ext-1' } })),
  ])
  await arrive(both)
  await assertSame(both)
  const sent = both.takeRequests()
  assert.deepEqual(sent, { 'PATCH Users': some * 3 })
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** Some are locked, some deleted; half of each come back in time, and after the grace whoever was deleted is gone. */
async function playLeavers({ both, ids }: Scene): Promise<void> {
  const { source, target } = both
  const locked = ids.slice(50, 50 + some)
  const deleted = ids.slice(71, 71 + some)
  const half = some / 2
  await source.bulk([
    ...locked.map((id) => patch(`/Users/${id}`, { op: 'replace', path: 'active', value: false })),
    ...deleted.map((id) => ({ method: 'DELETE', path: `/Users/${id}` })),
  ])
  await arrive(both)
  await assertSame(both)
  const accounts = await target.people()
  assert.equal(accounts.get('p71@example.com')?.active, false, 'still there, and disabled')

  await both.pass(dayMs)
  await source.bulk([
    ...locked.slice(0, half).map((id) => patch(`/Users/${id}`, { op: 'replace', path: 'active', value: true })),
    ...deleted.slice(0, half).map((_, at) => newPerson(71 + at)),
  ])
  await arrive(both)
  await assertSame(both)
  const restored = await target.people()
  assert.equal(restored.get('p71@example.com')?.id, accounts.get('p71@example.com')?.id, 'the same account again')

  await both.pass(11 * dayMs)
  await assertSame(both)
  const left = await target.people()
  assert.equal(left.size, ids.length - half, 'whoever was deleted and did not come back is gone')
}

async function playTeams({ both, ids, teams }: Scene): Promise<void> {
  const { source } = both
  const [renamed = '', grown = '', shrunk = '', deleted = ''] = teams
  const added = ids.slice(200, 220).map((value) => ({ value }))
  const [member = ''] = ids.slice(14)
  both.takeRequests()
  await source.bulk([
    patch(`/Groups/${renamed}`, { op: 'replace', path: 'displayName', value: 'Renamed' }),
    patch(`/Groups/${grown}`, { op: 'add', path: 'members', value: added }),
    patch(`/Groups/${shrunk}`, { op: 'remove', path: `members[value eq "${member}"]` }),
    { method: 'DELETE', path: `/Groups/${deleted}` },
    newTeam('New', ids.slice(300, 310)),
  ])
  await arrive(both)
  const sent = both.takeRequests()
  assert.equal(sent['PATCH Groups'], 4, 'the name, the added, the removed, and the members of the new one')
  await both.pass(31 * dayMs)
  await assertSame(both)
}

function idOf(location: string): string {
  return location.split('/').at(-1) ?? ''
}

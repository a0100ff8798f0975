import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { TargetProfileInput } from '@rollcall/admin-api'
import { probeApps } from '../../src/app-safety.ts'
import { arrive, assertQuiet } from '../provisioning/play-two-rollcalls.ts'
import {
  assertSame,
  newPerson,
  newTeam,
  patch,
  provisionInto,
  type Pair,
  type Receiver,
} from '../provisioning/provisioned-pair.ts'
import { startScim2Server, startScimmy, type Missing } from './scim-peers.ts'

/** scimmy shows the first 20 of a list, whatever page it is asked for. */
const peopleCount = 18
const hourMs = 3_600_000

test('ENG-34: into two SCIM servers of others, by PATCH and by PUT: first cycle, adoption, changes, groups, an hour away', async (context) => {
  await context.test('scimmy on Express', (inner) => play(inner, startScimmy()))
  await context.test('scim2-server, in Python', (inner) => play(inner, startScim2Server()))
  await context.test('scim2-server by PUT', (inner) => play(inner, startScim2Server(), { writes: 'put' }))
})

async function play(
  context: TestContext,
  starting: Promise<Receiver | Missing>,
  profile: TargetProfileInput = {},
): Promise<void> {
  const receiver = await starting
  if ('missing' in receiver) return context.skip(receiver.missing)
  await using pair = await provisionInto({ ...receiver, profile })
  const { source, target } = pair
  // Somebody was there before us.
  const foreign = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'p7@example.com', active: true }
  assert.equal((await target.scim('POST', '/Users', foreign)).status, 201)
  const people = await source.bulk(Array.from({ length: peopleCount }, (_, number) => newPerson(number)))
  const ids = people.map(idOf)
  const teams = await source.bulk(
    ['Red', 'Green', 'Blue'].map((name, at) => newTeam(name, ids.slice(at * 3, at * 3 + 8))),
  )
  await arrive(pair)
  await assertSame(pair)
  assert.equal(pair.takeRequests()['POST Users'], peopleCount - 1, 'one was adopted')
  await assertQuiet(pair)
  await playChanges(pair, ids, teams.map(idOf))
  await playAbsence(pair, ids)
  await assertQuiet(pair)
}

async function playChanges(pair: Pair, ids: readonly string[], teams: readonly string[]): Promise<void> {
  const [first, second, third, fourth] = ids
  const [red, green, blue] = teams
  await pair.source.bulk([
    patch(`/Users/${first}`, { op: 'replace', path: 'title', value: 'Lead' }),
    patch(`/Users/${second}`, { op: 'replace', path: 'userName', value: 'renamed@example.com' }),
    patch(`/Users/${third}`, { op: 'replace', path: 'active', value: false }),
    patch(`/Users/${fourth}`, { op: 'remove', path: 'title' }),
    patch(`/Groups/${red}`, { op: 'replace', path: 'displayName', value: 'Crimson' }),
    patch(`/Groups/${green}`, { op: 'add', path: 'members', value: ids.slice(12, 16).map((value) => ({ value })) }),
    patch(`/Groups/${blue}`, { op: 'remove', path: `members[value eq "${ids[12]}"]` }),
  ])
  await arrive(pair)
  await assertSame(pair)
}

/** Nobody is there for an hour, and what has changed meanwhile arrives. */
async function playAbsence(pair: Pair, ids: readonly string[]): Promise<void> {
  pair.setAway(true)
  await pair.source.bulk([
    ...ids.slice(8, 13).map((id) => patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'Director' })),
    patch(`/Users/${ids[16]}`, { op: 'replace', path: 'active', value: false }),
    newPerson(peopleCount),
  ])
  await pair.harness.settle()
  await pair.pass(hourMs)
  pair.setAway(false)
  // As the job does: probes find out that it is there again, and what failed meanwhile has its next turn.
  for (let hours = 0; hours < 24; hours++) {
    await probeApps(pair.harness.server.application.parts, AbortSignal.timeout(10_000))
    await pair.pass(hourMs)
  }
  await assertSame(pair)
}

function idOf(location: string): string {
  return location.split('/').at(-1) ?? ''
}

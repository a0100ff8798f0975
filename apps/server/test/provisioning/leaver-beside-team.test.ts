import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRunningEngine, waitUntil } from './running-engine.ts'
import { teamRules } from './team-rules.ts'

const people = 150
/** A request a member, and so long a request: most of a minute for the team. */
const requestMs = 400
/** Far less than what is left of the team, and than one turn of it. */
const leaverMsMax = 15_000

test('who leaves while nothing but members of a large team is sent does not wait for the team', async (t) => {
  await using running = await createRunningEngine(1, 1_000, {
    rules: { teams: teamRules },
    profile: { membersMax: 1 },
    delaysMs: { 'PATCH Groups': requestMs },
  })
  const [fake] = running.fakes
  assert.ok(fake !== undefined)
  const ids: string[] = []
  for (let n = 0; n < people; n++) ids.push(await running.createPerson(`p${n}@example.com`))
  await waitUntil('all have accounts', () => fake.users.size === people)
  await running.createTeam('Everybody', ids.slice(1))
  const membersIn = (): number => fake.groups.all()[0]?.members.size ?? 0
  await waitUntil('the first are members', () => membersIn() > 2)
  // Nothing else is left to be done.
  await sleep(2_000)
  const before = membersIn()
  const leftAt = performance.now()
  await running.replace(ids[0] ?? '', 'active', false)
  const isDisabled = (): boolean => fake.users.all().some(({ resource }) => resource['active'] === false)
  await waitUntil('the leaver is disabled', isDisabled)
  const tookMs = performance.now() - leftAt
  t.diagnostic(`disabled after ${Math.round(tookMs)} ms, with ${membersIn() - before} members more in the team`)
  assert.ok(tookMs < leaverMsMax, `${tookMs} ms`)
  assert.ok(membersIn() < people - 1, 'the team was still under way')
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSourceHarness, peopleOf, simpleSourceRules, type SourceHarness } from '../sources/source-harness.ts'
import { MortalWorkers, type Death } from './mortal-workers.ts'

const organization = '/api/v1/organizations/acme'
const waitMs = 60_000
const everybody = 2_600
const teamsCount = 13

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
})
after(() => harness[Symbol.asyncDispose]())

async function readDying(workers: MortalWorkers, place: string, deaths: readonly Death[]) {
  let read = ''
  await workers.die(deaths, async () => {
    read = (await harness.send('POST', `${place}/reads`, { body: {} })).body.id
  })
  for (const deadline = performance.now() + waitMs; performance.now() < deadline; await sleep(50)) {
    const { body } = await harness.send('GET', `${organization}/source-reads/${read}`)
    if (body.state === 'done') return body.counts
  }
  return assert.fail('the read is not done')
}

async function count(text: string): Promise<number> {
  const { rows } = await harness.application.database.query<{ count: number }>({ text: `select count(*) from ${text}` })
  return Number(rows[0]?.count)
}

/** Each membership once, told once, and nothing left of what was on its way. */
async function assertWhole(memberships: number, { added, removed }: { added: number; removed: number }): Promise<void> {
  const told = (what: string): string =>
    `changes c cross join jsonb_array_elements_text(c.data::jsonb -> 'members' -> '${what}') m where c.action = 'team.members_changed'`
  assert.deepEqual(
    {
      memberships: await count('memberships'),
      added: await count(told('added')),
      removed: await count(told('removed')),
      ended: await count('membership_history'),
      teams: await count('teams where deleted_at is null'),
      work: await count('source_member_work'),
      pending: await count('source_groups where is_pending or is_begun'),
      undone: await count(`source_team_moves where state <> 'done'`),
    },
    { memberships, added, removed, ended: removed, teams: teamsCount, work: 0, pending: 0, undone: 0 },
  )
}

test('ENG-18: two workers, killed with -9 while groups become teams and people move: nobody is missing, nothing is told twice', async () => {
  const { databaseUrl, clock } = harness.application
  await using workers = await MortalWorkers.start(databaseUrl, clock)
  const place = await harness.createSource('Grouped', { rules: { ...simpleSourceRules, teams: { column: 'groups' } } })
  const { connectionId } = (await harness.send('GET', place)).body
  await harness.send('PATCH', `${organization}/connections/${connectionId}`, {
    body: { settings: { guard: { enabled: false } } },
  })
  const say = (groupsOf: (number: number) => readonly string[]) =>
    harness.upload(
      place,
      peopleOf(everybody, (person, number) => ({ ...person, groups: groupsOf(number) })),
    )
  const team = (number: number): string => `Team ${number % (teamsCount - 1)}`
  await say((number) => ['Everybody', team(number)])
  const first = await readDying(workers, place, [
    { when: 'before', text: 'replace_listed_groups', survived: 1 },
    { when: 'after', text: 'replace_listed_groups' },
    { when: 'before', text: 'insert_source_team_operations' },
    { when: 'after', text: 'update_settled_groups' },
    { when: 'before', text: 'plan_source_team_moves', survived: 1 },
    { when: 'after', text: 'plan_source_team_moves', survived: 1 },
    { when: 'after', text: 'insert_users', survived: 1 },
    { when: 'before', text: 'insert_team', survived: 4 },
    { when: 'after', text: 'insert_team' },
    { when: 'before', text: 'move_people_of_source_teams', survived: 1 },
    { when: 'after', text: 'move_people_of_source_teams' },
    { when: 'before', text: 'finish_source_team_moves' },
  ])
  assert.deepEqual([first.teamsCreated, first.membersAdded], [teamsCount, 2 * everybody], JSON.stringify(first))
  await assertWhole(2 * everybody, { added: 2 * everybody, removed: 0 })
  const moved = 1_500
  clock.advance(60_000)
  await say((number) => ['Everybody', team(number <= moved ? number + 1 : number)])
  const second = await readDying(workers, place, [
    { when: 'before', text: 'plan_source_team_moves' },
    { when: 'after', text: 'plan_source_team_moves' },
    { when: 'after', text: 'move_people_of_source_teams' },
    { when: 'before', text: 'move_people_of_source_teams' },
  ])
  assert.deepEqual([second.membersAdded, second.membersRemoved], [moved, moved], JSON.stringify(second))
  await assertWhole(2 * everybody, { added: 2 * everybody + moved, removed: moved })
  assert.ok(workers.deaths >= 14, `${workers.deaths} died`)
})

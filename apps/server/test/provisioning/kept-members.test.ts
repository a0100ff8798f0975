import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decideGate } from '../../src/provisioning/gate/decide-gate.ts'
import { decideHeld } from '../../src/provisioning/gate/holds.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { createTestDatabase } from '../harness/database.ts'
import { createTeamStage, type TeamStage } from './team-stage.ts'

const { database, close } = await createTestDatabase()
after(close)

async function decide({ organizationId, appId, clock }: TeamStage): Promise<{ admitted: number; held: number }> {
  return decideGate(database, { organizationId, appId, numbers: numberPresets.default, now: clock() })
}

async function reject(stage: TeamStage): Promise<void> {
  const { organizationId, clock } = stage
  const { rows } = await database.query<{ id: string }>(
    { text: `select id from gate_holds where organization_id = $1 and state = 'open'` },
    [organizationId],
  )
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  await decideHeld(database, call, { organizationId, holdId: rows[0]?.id ?? '', selection: {}, act: 'ignore' })
}

test('rejecting removals that are held keeps those members alone: the team goes on, and who comes back and leaves again leaves', async () => {
  const stage = await createTeamStage(database, 60)
  await stage.enqueue()
  await stage.run()
  const [first = '', second = '', ...others] = stage.people
  const leaving = others.slice(0, 30)
  for (const person of leaving) await stage.dropMember(stage.teamId, person)
  await stage.enqueue()
  await stage.run()
  assert.deepEqual(await decide(stage), { admitted: 0, held: 1 })
  await reject(stage)
  assert.equal(await stage.item(), undefined)
  const { rows } = await database.query<{ state: string }>(
    { text: 'select state from links where organization_id = $1 and object_id = $2' },
    [stage.organizationId, stage.teamId],
  )
  assert.deepEqual(rows, [{ state: 'linked' }], 'the team is still provisioned')
  await stage.enqueue()
  await stage.run()
  assert.equal(stage.members().length, 60)
  assert.equal(await stage.item(), undefined, 'nothing waits, and nothing is held anew')

  // Whoever leaves now leaves, and whoever is kept stays.
  await stage.dropMember(stage.teamId, first)
  await stage.enqueue()
  await stage.run()
  assert.deepEqual(await decide(stage), { admitted: 1, held: 0 })
  await stage.run()
  assert.equal(stage.members().length, 59)

  // One of the kept is put in again: he is an ordinary member, and leaves as one.
  const [back = ''] = leaving
  await stage.addMember(stage.teamId, back)
  await stage.enqueue()
  await stage.run()
  await stage.dropMember(stage.teamId, back)
  await stage.enqueue()
  await stage.run()
  await decide(stage)
  await stage.run()
  assert.equal(stage.members().length, 58)
  // Whoever leaves the app leaves the group, kept or not.
  await stage.setLink(leaving[1] ?? '', { state: 'disabled', is_in_scope: false })
  await stage.enqueue()
  await stage.run()
  assert.equal(stage.members().length, 57)
  assert.ok((await stage.edges()).includes(second))
  assert.deepEqual(stage.faults, [])
})

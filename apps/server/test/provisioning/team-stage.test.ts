import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { decideGate } from '../../src/provisioning/gate/decide-gate.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { createTestDatabase } from '../harness/database.ts'
import { failing, throttled } from './group-target.ts'
import { createTeamStage, type TeamStage } from './team-stage.ts'

const { database, close } = await createTestDatabase()
after(close)

const minuteMs = 60_000
const numbers = numberPresets.default

function decide(stage: TeamStage) {
  const { organizationId, appId, clock } = stage
  return decideGate(database, { organizationId, appId, numbers, now: clock() })
}

test('a team that is due gets its members, and each request is a line of the log that names them', async () => {
  const stage = await createTeamStage(database, 150)
  await stage.enqueue()
  assert.equal(await stage.run(), 1)
  assert.equal(await stage.item(), undefined)
  const log = await stage.log()
  assert.deepEqual(
    log.map(({ action, status, reason, detail }) => [
      action,
      status,
      reason,
      detail.sourceName,
      detail.members?.added.length,
    ]),
    [
      ['addMembers', 'success', 'MembersChanged', 'Team 1', 100],
      ['addMembers', 'success', 'MembersChanged', 'Team 1', 50],
    ],
  )
  assert.equal(await stage.run(), 0)
  assert.deepEqual(stage.faults, [])
})

test('who leaves a team and stays in the app is counted by the gate before anything is sent', async () => {
  const stage = await createTeamStage(database, 40)
  await stage.enqueue()
  await stage.run()
  const [one = '', two = '', three = '', ...others] = stage.people
  await stage.dropMember(stage.teamId, one)
  await stage.dropMember(stage.teamId, two)
  // He leaves the app itself: that was counted with his account.
  await stage.setLink(three, { state: 'disabled', is_in_scope: false })
  await stage.enqueue()
  await stage.run()
  const item = await stage.item()
  assert.deepEqual([item?.stage, item?.destructive], ['gate', { count: 2, cause: 'Members leave a team' }])
  assert.equal(stage.target.changes.length, 1)
  assert.deepEqual(await decide(stage), { admitted: 1, held: 0 })
  // Somebody else leaves in the very moment: more than were let through are counted anew.
  await stage.dropMember(stage.teamId, others[0] ?? '')
  await stage.run()
  assert.equal((await stage.item())?.stage, 'gate')
  await decide(stage)
  await stage.run()
  assert.equal(stage.members().length, 36)
  assert.equal(await stage.item(), undefined)

  for (const person of others.slice(1, 30)) await stage.dropMember(stage.teamId, person)
  await stage.enqueue()
  await stage.run()
  assert.deepEqual(await decide(stage), { admitted: 0, held: 1 })
  await stage.run()
  assert.equal(stage.members().length, 36)
})

test('only who leaves the app as well: nothing has to be counted twice', async () => {
  const stage = await createTeamStage(database, 3)
  await stage.enqueue()
  await stage.run()
  await stage.setLink(stage.people[0] ?? '', { state: 'disabled', is_in_scope: false })
  await stage.enqueue()
  await stage.run()
  assert.deepEqual(stage.members(), ['a2', 'a3'])
})

test('a member that is not taken is named; the others are in, and it is tried again by the schedule of escrow', async () => {
  const stage = await createTeamStage(database, 4)
  stage.target.refused.add('a3')
  await stage.enqueue()
  await stage.run()
  assert.deepEqual(stage.members(), ['a1', 'a2', 'a4'])
  assert.equal((await stage.item())?.stage, 'escrow')
  const link = await stage.link()
  assert.deepEqual([link['failure'], link['attribute'], link['attempts']], ['InvalidValue', 'members', 1])
  const failed = (await stage.log()).at(-1)
  assert.deepEqual(
    [failed?.status, failed?.detail.members?.added],
    ['failure', [{ kind: 'user', id: stage.people[2] }]],
  )
  const delays: number[] = []
  for (let tries = 0; tries < 3; tries++) {
    const dueAt = (await stage.item())?.dueAt.getTime() ?? 0
    delays.push(Math.round((dueAt - stage.clock().getTime()) / minuteMs))
    stage.clock.set(new Date(dueAt))
    await stage.enqueue()
    await database.query({ text: `update work_items set stage = 'members' where object_id = $1` }, [stage.teamId])
    await stage.run()
  }
  assert.ok(delays[0] === 1 && (delays[1] ?? 0) >= 4 && (delays[2] ?? 0) >= 12, delays.join())
  stage.target.refused.clear()
  await stage.enqueue()
  await database.query({ text: `update work_items set stage = 'members' where object_id = $1` }, [stage.teamId])
  await stage.run()
  assert.equal((await stage.link())['failure'], null)
  assert.equal(stage.members().length, 4)
})

test('a timeout is retried soon and sent once more when the lost request can no longer come; throttling is no failure', async () => {
  const stage = await createTeamStage(database, 2)
  await stage.enqueue()
  stage.target.answers.push(() => throttled)
  await stage.run()
  const waiting = await stage.item()
  assert.deepEqual([waiting?.stage, (await stage.link())['failure']], ['members', null])
  stage.clock.advance(31_000)
  stage.target.answers.push(() => failing('uncertain', null))
  await stage.run()
  assert.equal((await stage.item())?.stage, 'members')
  stage.clock.advance(31_000)
  await stage.run()
  assert.deepEqual(stage.members(), ['a1', 'a2'])
  const recheck = await stage.item()
  assert.equal(recheck?.stage, 'members')
  stage.clock.set(recheck?.dueAt ?? stage.clock())
  const before = stage.target.changes.length
  await stage.run()
  assert.equal(stage.target.changes.length, before + 1)
  assert.equal(await stage.item(), undefined)
})

test('a group that is gone goes back to where groups are made; a turn that was lost writes nothing', async () => {
  const stage = await createTeamStage(database, 2)
  stage.target.groups.delete('g')
  await stage.enqueue()
  await stage.run()
  assert.equal((await stage.item())?.stage, 'export')

  stage.target.groups.set('g', new Set())
  await database.query({ text: `update work_items set stage = 'members' where object_id = $1` }, [stage.teamId])
  stage.target.answers.push((_, apply) => {
    apply()
    return failing('refused', 400)
  })
  const steal = `update work_items set lease_owner = 'other', lease_epoch = lease_epoch + 1 where object_id = $1`
  let permits = 0
  const pacer = {
    requestsMax: 1,
    report: () => undefined,
    take: async () => {
      if (permits++ === 0) {
        await database.query({ text: steal }, [stage.teamId])
        stage.clock.advance(minuteMs)
      }
      return { isGiven: true } as const
    },
  }
  await stage.run({ pacer })
  assert.deepEqual(stage.target.changes.slice(1), [])
  assert.equal((await stage.item())?.stage, 'members')
})

test('a large team leaves room for others: it goes on in its next turn', async () => {
  const stage = await createTeamStage(database, 300)
  await stage.enqueue()
  const pacer = {
    requestsMax: 1,
    report: () => undefined,
    take: () => {
      stage.clock.advance(11_000)
      return Promise.resolve({ isGiven: true } as const)
    },
  }
  await stage.run({ pacer })
  assert.equal(stage.members().length, 200)
  assert.equal((await stage.item())?.stage, 'members')
  await stage.run()
  assert.equal(stage.members().length, 300)
})

test('an error of ours keeps one team waiting and is told', async () => {
  const stage = await createTeamStage(database, 2)
  await stage.enqueue()
  stage.target.answers.push(() => {
    throw new Error('ours')
  })
  await stage.run()
  assert.equal(stage.faults.length, 1)
  assert.equal((await stage.item())?.stage, 'escrow')
})

import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { createTestDatabase } from '../harness/database.ts'
import { spawnRollcall, type RunningProcess } from '../harness/spawn.ts'
import { startFakeTarget } from '../provisioning/fake-target/fake-target.ts'
import { createTeamStage } from '../provisioning/team-stage.ts'

const worker = fileURLToPath(new URL('team-worker.ts', import.meta.url))
/** A lease of a dead worker has ended by then. */
const takenOverMs = 80_000
const chunk = 100
const memoryMbMax = 400

/**
 * The first load of a team whose workers are killed with -9 while a request is under way: before the app did it, or after.
 * All are members in the end, no chunk went more often than its worker died, and one change is one request.
 */
export async function killTeamWorkers({
  members,
  kills,
}: {
  readonly members: number
  readonly kills: number
}): Promise<void> {
  await using own = await createTestDatabase()
  await using fake = await startFakeTarget()
  const group = fake.groups.insert({ displayName: 'Everybody' }, { by: 'engine' })
  const stage = await createTeamStage(own.database, members)
  await stage.setLink(stage.teamId, { target_key: group.id })
  stage.clock.set(new Date())
  await stage.enqueue()
  const there = (): ReadonlySet<string> => fake.groups.get(group.id)?.members ?? new Set()

  let aheadMs = 0
  let running: RunningProcess | undefined
  const start = (): RunningProcess => {
    const parts = [own.url, fake.baseUrl, stage.organizationId, stage.appId, String(aheadMs)]
    return spawnRollcall({ command: [process.execPath, '--conditions=@rollcall/source', worker], arguments: parts })
  }
  const chunks = members / chunk
  const killedAt = Array.from({ length: kills }, (_, index) => Math.ceil(((index + 1) * chunks) / (kills + 1)))
  let requests = 0
  fake.fault = () => {
    requests++
    const kill = killedAt.indexOf(requests)
    if (kill === -1) return 'none'
    running?.child.kill('SIGKILL')
    return kill % 2 === 0 ? 'dropBefore' : 'dropAfter'
  }

  let memoryMb = 0
  for (let turn = 0; ; turn++) {
    assert.ok(turn <= kills, 'nobody is left to be killed')
    const before = there().size
    running = start()
    const exit = await running.exited
    assert.ok(there().size >= before, 'progress goes back')
    if (exit.code === 0) {
      memoryMb = Number(/done (\d+)/.exec(running.stdout())?.[1])
      break
    }
    assert.equal(exit.signal, 'SIGKILL', running.stderr())
    aheadMs += takenOverMs
  }
  assert.equal(there().size, members)
  assert.ok(memoryMb < memoryMbMax, `${memoryMb} MB`)
  // Each killed request was sent once more, and once again when it could no longer come in.
  assert.ok(requests <= chunks + 2 * kills, `${requests} requests for ${chunks} chunks`)

  await stage.dropMember(stage.teamId, stage.people[0] ?? '')
  await stage.setLink(stage.people[0] ?? '', { state: 'disabled', is_in_scope: false })
  stage.clock.set(new Date(Date.now() + aheadMs + takenOverMs))
  aheadMs += takenOverMs
  await stage.enqueue()
  const sent = requests
  running = start()
  assert.equal((await running.exited).code, 0, running.stderr())
  assert.equal(requests, sent + 1)
  assert.equal(there().size, members - 1)
}

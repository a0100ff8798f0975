import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SealingPace } from '../../src/audit/sealing-pace.ts'
import { createOrganization } from '../../src/access/organizations.ts'
import { createTestApplication, type TestApplication } from '../harness/application.ts'

let application: TestApplication
let organizationId = ''
before(async () => {
  application = await createTestApplication()
  const call = { actor: 'test', now: application.clock(), requestId: undefined, rights: 'all' } as const
  organizationId = (await createOrganization(application.database, call, { slug: 'acme' })).organization.id
})
after(() => application.close())

/** Two processors and a turn every 300 ms; `idle` is the share of them that is left over. */
function createRig(idle: number) {
  let [nowMs, idleMs, totalMs] = [1_000, 0, 0]
  const pace = new SealingPace(() => ({ idleMs, totalMs, processors: 2 }))
  return {
    pace,
    turn: async (changes: number): Promise<number | undefined> => {
      await write(changes)
      nowMs += 300
      totalMs += 600
      idleMs += 600 * idle
      return pace.next(application.database, nowMs)
    },
  }
}

async function write(amount: number): Promise<void> {
  const text = `insert into changes (organization_id, at, action, subject_kind, subject_id, subject_version, actor, data)
    select $1, now(), 'user.updated', 'user', gen_random_uuid(), 2, 'system', '{}' from generate_series(1, $2::int)`
  await application.database.query({ text }, [organizationId, amount])
}

test('up to 500 changes a second the sealer takes everything, however busy the machine is', async () => {
  const { turn } = createRig(0)
  await turn(0)
  assert.equal(await turn(150), undefined)
})

test('while more is written it takes more than that only of what the processors have left over', async () => {
  const busy = createRig(0)
  await busy.turn(0)
  assert.equal(await busy.turn(900), 150, 'the least: 500 a second')
  // 300 ms of the two processors are idle: half a core at most, at 0.1 ms a change, which is more than was written.
  const half = createRig(0.5)
  await half.turn(0)
  assert.equal(await half.turn(900), 1_500)
})

test('it learns what a change costs, and counts what it took itself as left over', async () => {
  const { turn, pace } = createRig(0.1)
  await turn(0)
  assert.equal(await turn(900), 300)
  pace.took(300, 30)
  assert.equal(await turn(900), 450)
  for (let round = 0; round < 40; round++) pace.took(100, 40)
  assert.equal(await turn(900), 150, 'four times as dear')
})

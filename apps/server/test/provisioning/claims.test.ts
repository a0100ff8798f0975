import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { claimWork, enqueueWork, releaseWork, type NewWork } from '../../src/db/queries/provisioning-work.ts'
import { transaction } from '../../src/db/transaction.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

const minuteMs = 60_000

const queue = ({ server, organizationId, appId }: EngineHarness, objects: readonly NewWork[]) =>
  transaction(server.database, (tx) =>
    enqueueWork(tx, { organizationId, appId }, { objects, initiator: 'user', dueAt: server.clock() }),
  )

const claim = ({ server, organizationId, appId }: EngineHarness, stage: 'evaluate' | 'export') => {
  const now = server.clock()
  const leaseUntil = new Date(now.getTime() + minuteMs)
  return claimWork(server.database, { organizationId, appId }, { stage, owner: 'test', now, leaseUntil, rowsMax: 100 })
}

const work = (lane: number): NewWork => ({ objectId: randomUUID(), kind: 'user', lane, stage: 'export' })

test('of what is claimed at once who leaves is the first, wherever his row stands', async () => {
  await using harness = await createEngineHarness()
  for (const lane of [2, 4, 2, 0, 3]) await queue(harness, [work(lane)])
  assert.deepEqual(
    (await claim(harness, 'export')).map(({ lane }) => lane),
    [0, 2, 2, 3, 4],
  )
})

test('what is given back while somebody queues it anew waits for no lease', async () => {
  await using harness = await createEngineHarness()
  const { server, organizationId, appId } = harness
  const leaver = work(2)
  await queue(harness, [leaver])
  const items = await claim(harness, 'export')
  let released: Promise<void> | undefined
  await transaction(server.database, async (tx) => {
    const again = { objects: [{ ...leaver, lane: 0 }], initiator: 'user', dueAt: server.clock() }
    await enqueueWork(tx, { organizationId, appId }, again)
    released = releaseWork(server.database, { organizationId, appId }, items)
    await sleep(300)
  })
  await released
  assert.deepEqual(
    (await claim(harness, 'evaluate')).map(({ objectId }) => objectId),
    [leaver.objectId],
  )
})

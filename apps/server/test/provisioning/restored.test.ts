import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createApplication } from '../../src/application.ts'
import type { BackupSecret } from '../../src/backup/container.ts'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import { writeBackup } from '../../src/backup/write-backup.ts'
import type { Database } from '../../src/db/pool.ts'
import { createEngine } from '../../src/provisioning/engine.ts'
import { createRulesCache } from '../../src/provisioning/find-rules.ts'
import { pumpChanges } from '../../src/provisioning/pump.ts'
import { openTarget } from '../../src/provisioning/targets/scim/open-target.ts'
import { createEmptyDatabase } from '../harness/database.ts'
import { createEngineHarness, createLeapingStopwatch, type EngineHarness } from './engine-harness.ts'
import { inProcess } from './fake-target/open-fake.ts'

const secret: BackupSecret = { kind: 'passphrase', passphrase: 'correct horse battery' }
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const renamed = ['lost', 'unread', 'leased'] as const
const unchanged = Array.from({ length: 30 }, (_, number) => `same${number}`)

test('ENG-35: after a restore everybody is evaluated anew, nobody unchanged is sent anything, and nothing is lost or doubled', async () => {
  await using harness = await createEngineHarness({ rules: { assignment: 'everyone' } })
  const { fake, server } = harness
  for (const name of unchanged) await harness.createPerson(name)
  const ids = new Map<string, string>()
  for (const name of [...renamed, 'leaving']) ids.set(name, await harness.createPerson(name))
  await harness.settle()
  await happen(harness, ids)

  const folder = mkdtempSync(join(tmpdir(), 'rollcall-restored-'))
  const file = join(folder, 'engine.rcb')
  await writeBackup(server.database, { file, secret, clock: server.clock, version: '0.1.0' })
  // The old instance goes on for a while: of that the backup knows nothing.
  fake.fault = () => 'none'
  await harness.createPerson('later')
  await harness.pass(3_600_000)
  assert.equal(fake.users.size, unchanged.length + ids.size + 2)
  await harness.engine.close()
  for (const name of renamed) delete accountOf(harness, name)?.resource['displayName']
  fake.clearCounts()

  await using restored = await createEmptyDatabase()
  await restoreBackup(restored.database, { file, secret, clock: server.clock, force: false })
  rmSync(folder, { recursive: true })
  await using site = openSite(harness, restored.database)
  await site.settle()
  server.clock.advance(60_000)
  await site.settle()

  const touched = new Set(fake.seen.slice(-fake.requests).map(({ path }) => path))
  // A search for the account that was being created, and those who differ; nothing about anybody else.
  const expected = [...renamed, 'leaving', 'created'].map((name) => `/Users/${accountOf(harness, name)?.id}`)
  assert.deepEqual([...touched].toSorted(), ['/Users', ...expected].toSorted())
  assert.equal(fake.counts.get('GET /Users'), 1)
  for (const name of renamed) assert.equal(accountOf(harness, name)?.resource['displayName'], `New ${name}`)
  assert.equal(accountOf(harness, 'leaving')?.resource['active'], false)
  assert.equal(fake.counts.get('POST /Users'), undefined, 'whoever was being created has the account by now')
  assert.deepEqual(await cyclesOf(restored.database), [
    { kind: 'initial', state: 'done' },
    { kind: 'full', state: 'done' },
  ])

  // Whom the backup does not know comes once more, and finds the account.
  await site.createPerson('later')
  await site.settle()
  assert.equal(fake.counts.get('POST /Users'), undefined)
  const { rows } = await restored.database.query<{ state: string; count: number }>({
    text: `select state, count(*) as count from links where in_flight_at is null and applied_hash is not null group by 1 order by 1`,
  })
  assert.deepEqual(rows, [
    { state: 'disabled', count: 1 },
    { state: 'linked', count: unchanged.length + 5 },
  ])
})

/** At the moment of the backup a notice is lost, one is not read yet, a turn is held, and a creation has no answer. */
async function happen(harness: EngineHarness, ids: ReadonlyMap<string, string>): Promise<void> {
  const { fake, server } = harness
  const rename = (name: string) =>
    harness.patchPerson(ids.get(name) ?? '', [{ op: 'replace', path: 'displayName', value: `New ${name}` }])
  fake.fault = ({ method }) => (method === 'GET' ? 'none' : 'dropAfter')
  await harness.createPerson('created')
  for (const name of ['lost', 'leased']) await rename(name)
  await pumpChanges(server.database, { findRules: createRulesCache().find, clock: server.clock })
  await harness.rows(
    `delete from work_items where organization_id = $1 and app_id = $2 and object_id = '${ids.get('lost')}'`,
  )
  await harness.settle()
  await harness.rows(
    `update work_items set stage = 'export', lease_owner = 'old', lease_until = '2026-11-21T09:01:00Z', lease_epoch = lease_epoch + 1
      where organization_id = $1 and app_id = $2 and object_id = '${ids.get('leased')}'`,
  )
  await rename('unread')
  await harness.patchPerson(ids.get('leaving') ?? '', [{ op: 'replace', path: 'active', value: false }])
}

function accountOf({ fake }: EngineHarness, userName: string) {
  return fake.users.all().find(({ resource }) => resource['userName'] === userName)
}

async function cyclesOf(database: Database): Promise<readonly object[]> {
  const { rows } = await database.query<object>({ text: 'select kind, state from cycles order by started_at, id' })
  return rows
}

/** The product on another database, with the same app. */
function openSite({ server, fake, tenant }: EngineHarness, database: Database) {
  const { clock } = server
  const { config, encryption } = server.application.parts
  const application = createApplication({ config, database, clock, encryption })
  const rules = createRulesCache()
  const engine = createEngine({
    database,
    clock,
    encryption,
    rules,
    owner: 'new',
    stopwatch: createLeapingStopwatch(clock),
    openTarget: (app, onAnswer) => openTarget(app, { send: inProcess(fake), now: () => clock().getTime(), onAnswer }),
    onFault: (error) => assert.fail(String(error)),
  })
  return {
    settle: async () => {
      for (let turn = 0; turn < 20; turn++) {
        await pumpChanges(database, { findRules: rules.find, clock })
        await engine.turn(new AbortController().signal)
        await engine.idle()
      }
    },
    createPerson: async (userName: string) => {
      const { status } = await application.fetch(
        new Request('https://rollcall.test/scim/v2/Users', {
          method: 'POST',
          headers: { authorization: `Bearer ${tenant.key}`, 'content-type': 'application/scim+json' },
          body: JSON.stringify({ schemas: [userSchema], userName }),
        }),
      )
      assert.equal(status, 201)
    },
    [Symbol.asyncDispose]: async () => {
      await engine.close()
      await application.close()
    },
  }
}

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test, type TestContext } from 'node:test'
import { createApplication } from '../../src/application.ts'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import { writeBackup } from '../../src/backup/write-backup.ts'
import { systemClock } from '../../src/clock.ts'
import { selectTables } from '../../src/db/queries/catalogue.ts'
import type { Database } from '../../src/db/pool.ts'
import { applyDueFacts } from '../../src/sources/lifecycle/apply-due-facts.ts'
import { createProcessReadWorker } from '../../src/read-sources.ts'
import { startDueReads } from '../../src/sources/start-due-reads.ts'
import { sendWriteBacks } from '../../src/sources/write-back/send-write-backs.ts'
import { workOffReads } from '../../src/sources/work-reads.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createEmptyDatabase } from '../harness/database.ts'
import { newId } from '../directory/fixture.ts'
import { createEverything } from './everything.ts'
import { createSourceHarness, type SourceHarness } from './source-harness.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-sources-'))
after(() => rmSync(folder, { recursive: true }))
const secret = { kind: 'passphrase', passphrase: 'correct horse battery' } as const
const { signal } = new AbortController()
const hourMs = 3_600_000

async function open(t: TestContext): Promise<SourceHarness> {
  const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
  t.after(() => harness[Symbol.asyncDispose]())
  return harness
}

/** How many rows the organization has in each table of sources. */
async function countRows(database: Database, organizationId: string): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  for (const { name } of await selectTables(database)) {
    if (!/^source_|^sources$|^timed_facts$/.test(name)) continue
    const text = `select count(*) as count from "${name}" where organization_id = $1`
    const { rows } = await database.query<{ count: number }>({ text }, [organizationId])
    counts.set(name, rows[0]?.count ?? 0)
  }
  return counts
}

/** The same product on another database, whose server and sources go on by themselves. */
async function openOn(t: TestContext, { application, instanceKey }: SourceHarness, database: Database) {
  const { clock } = application
  const { config, encryption } = application.application.parts
  const other = createApplication({ config, database, clock, encryption })
  t.after(() => other.close())
  const get = async (path: string) => {
    const headers = { authorization: `Bearer ${instanceKey}` }
    const response = await other.fetch(new Request(`https://rollcall.test${path}`, { headers }))
    assert.equal(response.status, 200)
    return response.json() as Promise<any> // oxlint-disable-line typescript/no-explicit-any -- read freely below
  }
  const work = async (): Promise<void> => {
    const onFault = (error: unknown): never => {
      throw error
    }
    await applyDueFacts({ database, encryption, newId, onFault }, clock(), signal)
    await startDueReads(database, clock(), signal)
    await workOffReads(createProcessReadWorker(other.parts), signal)
    await sendWriteBacks(other.parts, signal)
  }
  return { get, work }
}

const statesOf = async (database: Database): Promise<Readonly<Record<string, string>>> => {
  const { rows } = await database.query<{ name: string; state: string }>({
    text: `select user_name_key as name, state from users where connection_id is not null order by 1`,
  })
  return Object.fromEntries(rows.map(({ name, state }) => [name, state]))
}

test('ENG-18: after a restore sources go on from the checkpoint of the backup: nobody is read as gone, days that passed come, decisions hold', async (t) => {
  const harness = await open(t)
  const { database, clock } = harness.application
  const { api, broken, pushed, theirs } = await createEverything(t, harness)
  const file = join(folder, 'sources.rcb')
  await writeBackup(database, { file, secret, clock: systemClock, version: '0.1.0' })
  const kept = await countRows(database, harness.organizationId)
  assert.deepEqual(
    [...kept].filter(([, count]) => count === 0),
    [],
    'there is something in every table',
  )

  // Whatever happened after the backup is lost; the source goes on, and somebody is new at its beginning.
  clock.advance(11 * 24 * hourMs)
  const newcomer = { id: 'e0', mail: 'v0@acme.example', name: 'New', title: 'Engineer' }
  theirs.people = [newcomer, ...theirs.people]
  theirs.isMended = true
  const asked = theirs.asked.length
  await using target = await createEmptyDatabase()
  await restoreBackup(target.database, { file, secret, clock: systemClock, force: false })
  assert.deepEqual(await countRows(target.database, harness.organizationId), kept)
  const before = await statesOf(target.database)
  const restored = await openOn(t, harness, target.database)
  await restored.work()

  const requests = theirs.asked.slice(asked)
  const since = requests.find(({ url }) => url.searchParams.has('updatedSince'))?.url.searchParams.get('updatedSince')
  assert.match(since ?? '', /^2026-11-21T08:55:/, 'changes are asked for since the checkpoint')
  const states = await statesOf(target.database)
  assert.equal(states['p2@acme.example'], 'suspended', 'his last day was over meanwhile')
  const gone = Object.keys(before).filter((name) => states[name] !== before[name])
  assert.deepEqual(gone, ['p2@acme.example'], 'nobody else left')
  // The read that had broken off saw everybody, from its first page on.
  const [read] = (await restored.get(`${broken}/reads`)).data
  assert.deepEqual([read.counts.read, read.counts.absent], [50, 0], JSON.stringify(read))
  assert.equal((await restored.get(`${pushed}/batches`)).data[0].state, 'done')
  assert.equal((await restored.get(`${api}/decisions`)).data[0].anchor, 'e5')
  // Nobody knows whether what waited then was posted since.
  assert.equal(requests.filter(({ url }) => url.pathname === '/told').length, 0)
  const told = (await restored.get(`${api}/write-backs?limit=1`)).data[0]
  assert.deepEqual([told.state, told.detail.includes('Restored')], ['failed', true])
  // And then everybody is read anew.
  clock.advance(10 * 24 * hourMs)
  await restored.work()
  const [full] = (await restored.get(`${api}/reads`)).data
  assert.deepEqual(
    [full.mode, full.state, full.counts.absent, full.counts.link],
    ['full', 'done', 0, 1],
    JSON.stringify(full),
  )
  assert.deepEqual(await statesOf(target.database), states)
  assert.ok(new Date((await restored.get(api)).nextReadAt).getTime() > clock().getTime())
})

test('a deleted organization leaves no row in any table of sources, and takes none of another', async (t) => {
  const harness = await open(t)
  const { database, clock, application } = harness.application
  await createEverything(t, harness)
  const filled = await countRows(database, harness.organizationId)
  assert.deepEqual(
    [...filled].filter(([, count]) => count === 0),
    [],
    'there is something in every table',
  )
  const other = await harness.createOrganization('other')
  const sources = '/api/v1/organizations/other/sources'
  const made = await harness.send('POST', sources, {
    body: { name: 'Theirs', place: { kind: 'file', format: 'jsonl' } },
  })
  assert.equal((await harness.send('DELETE', '/api/v1/organizations/acme?confirm=acme')).status, 202)
  clock.advance(3_000)
  await workOffAllRuns(application.parts, signal)
  const left = await countRows(database, harness.organizationId)
  assert.deepEqual(
    [...left].filter(([, count]) => count > 0),
    [],
  )
  assert.equal((await harness.send('GET', `${sources}/${made.body.id}`, { key: other.key })).status, 200)
  // What was read is of nobody: whoever still has it in hand writes nothing.
  await harness.work()
  assert.deepEqual(await countRows(database, harness.organizationId), left)
})

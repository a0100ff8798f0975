import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { restoreBackup, verifyBackup } from '../../src/backup/restore-backup.ts'
import type { BackupSecret } from '../../src/backup/container.ts'
import { writeBackup } from '../../src/backup/write-backup.ts'
import { migrate } from '../../src/db/migrate.ts'
import { selectTables } from '../../src/db/queries/catalogue.ts'
import type { Database } from '../../src/db/pool.ts'
import { systemClock } from '../../src/clock.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { createEmptyDatabase, createTestDatabase } from '../harness/database.ts'
import { createTestApplication } from '../harness/application.ts'
import { runRollcall, startServer, temporaryFolder } from '../harness/spawn.ts'
import { makeLogPartitions } from '../../src/provisioning/log/partitions.ts'
import { createTestApp, writeLog } from '../harness/provisioning-app.ts'

const folder = mkdtempSync(join(tmpdir(), 'rollcall-backup-'))
const secret: BackupSecret = { kind: 'passphrase', passphrase: 'correct horse battery' }
let admin: AdminHarness
let key = ''

before(async () => {
  admin = await createAdminHarness()
  key = (await admin.createOrganization('acme')).key
  await fill()
  await settle()
})
after(async () => {
  await admin[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const pathOf = (name: string): string => join(folder, name)

test('a restored backup has every row of every table, in one sealed file that holds nothing in clear', async () => {
  const file = pathOf('all.rcb')
  const source = admin.application.database
  const written = await backup(source, file)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(existsSync(`${file}.partial`), false)
  for (const text of ['acme', 'Ada', 'Ægir']) assert.equal(readFileSync(file).includes(text), false, text)
  await using target = await createEmptyDatabase()
  const restored = await restoreBackup(target.database, { file, secret, clock: systemClock, force: false })
  assert.deepEqual([restored.tables, restored.rows], [written.tables, written.rows])
  await assertSame(target.database, source)
  await goesOn(target.database, 'bob')
})

test('days of the provisioning log come back into the one table, with every index on each of them', async () => {
  const { database: source, application } = admin.application
  const now = new Date('2026-11-21T09:00:00Z')
  const { rows } = await source.query<{ id: string }>({ text: 'select id from organizations limit 1' })
  const organizationId = rows[0]?.id ?? ''
  const call = { actor: 'test', now, requestId: undefined, rights: 'all' } as const
  const app = await createTestApp(application.parts, call, { organizationId, name: 'Logged' })
  await makeLogPartitions(source, now)
  const row = {
    organizationId,
    appId: app.id,
    at: now,
    cycleId: null,
    objectKind: 'user',
    objectId: null,
    targetKey: null,
  } as const
  const rest = {
    httpStatus: null,
    durationMs: null,
    initiator: 'change',
    action: 'create',
    status: 'success',
    reason: 'Created',
  } as const
  await writeLog(source, [{ ...row, ...rest, detail: { sourceName: 'Ada' } }])
  const file = pathOf('log.rcb')
  await backup(source, file)
  await using target = await createEmptyDatabase()
  await restoreBackup(target.database, { file, secret, clock: systemClock, force: false })
  await makeLogPartitions(target.database, now)
  const shown = await target.database.query<{ detail: object }>({ text: 'select detail from provisioning_log' })
  assert.deepEqual(shown.rows, [{ detail: { sourceName: 'Ada' } }])
  const { rows: indexes } = await target.database.query<{ table: string; count: number; valid: boolean }>({
    text: `select c.relname as table, count(*) as count, bool_and(x.indisvalid) as valid from pg_index x
      join pg_class c on c.oid = x.indrelid where c.relname like 'provisioning_log%' group by 1 order by 1`,
  })
  assert.equal(indexes.length, 6)
  for (const { table, count, valid } of indexes) assert.deepEqual([count, valid], [3, true], table)
})

test('a snapshot is of one moment, though people are written while it is read', async () => {
  const file = pathOf('moment.rcb')
  const done = new AbortController()
  const writing = (async () => {
    for (let count = 0; !done.signal.aborted; count++) await addPerson(`during-${count}`)
  })()
  await backup(admin.application.database, file)
  done.abort()
  await writing
  await using target = await createEmptyDatabase()
  await restoreBackup(target.database, { file, secret, clock: systemClock, force: false })
  const { rows } = await target.database.query<{ users: number; created: number }>({
    text: `select (select count(*) from users) as users,
      (select count(*) from changes where action = 'user.created') as created`,
  })
  assert.equal(rows[0]?.users, rows[0]?.created)
})

test('a backup of an older version is restored as it was, and what migrations came since is done to it', async () => {
  const older = await createEmptyDatabase()
  const directory = new URL('../../src/db/migrations/', import.meta.url)
  const two = mkdtempSync(join(tmpdir(), 'rollcall-older-'))
  for (const name of ['0001_instance.sql', '0002_directory.sql'])
    writeFileSync(join(two, name), readFileSync(new URL(name, directory)))
  await migrate(older.database, { mode: 'auto', clock: systemClock, directory: new URL(`file://${two}/`) })
  await older.database.query({
    text: `insert into organizations (id, slug, short_id, name, created_at, updated_at)
      values (gen_random_uuid(), 'old', 'abc123', 'Old', now(), now())`,
  })
  const file = pathOf('older.rcb')
  await backup(older.database, file)
  await older.close()
  rmSync(two, { recursive: true })
  await using target = await createTestDatabase()
  await restoreBackup(target.database, { file, secret, clock: systemClock, force: false })
  assert.deepEqual(await migrate(target.database, { mode: 'auto', clock: systemClock }), [])
  await using application = await createTestApplication({ settings: {} })
  assert.deepEqual(
    (await selectTables(target.database)).map(({ name }) => name),
    (await selectTables(application.database)).map(({ name }) => name),
  )
})

test('a database that is in use is refused without --force and stays as it is; with it, it is replaced', async () => {
  const file = pathOf('force.rcb')
  await settle()
  await backup(admin.application.database, file)
  await using target = await createTestApplication()
  const { createOrganization } = await import('../../src/access/organizations.ts')
  const call = { actor: 'test', now: target.clock(), requestId: undefined, rights: 'all' } as const
  await createOrganization(target.database, call, { slug: 'precious' })
  const options = { file, secret, clock: systemClock }
  const before_ = await contentOf(target.database)
  await assert.rejects(restoreBackup(target.database, { ...options, force: false }), /not empty.*--force/)
  assert.deepEqual(await contentOf(target.database), before_)
  await restoreBackup(target.database, { ...options, force: true })
  await assertSame(target.database, admin.application.database)
})

test('a wrong passphrase, a changed byte, a missing end and an added byte are refused before anything is touched', async () => {
  const file = pathOf('damaged.rcb')
  await backup(admin.application.database, file)
  const whole = readFileSync(file)
  const wrong: BackupSecret = { kind: 'passphrase', passphrase: 'wrong horse battery' }
  await assert.rejects(verifyBackup({ file, secret: wrong }), /wrong, or it is damaged/)
  await assert.rejects(verifyBackup({ file, secret: { kind: 'encryptionKeys', keys: [] } }), /passphrase/)
  const damages = [
    Buffer.concat([whole.subarray(0, -200), Buffer.from([(whole.at(-200) ?? 0) ^ 1]), whole.subarray(-199)]),
    whole.subarray(0, -1),
    whole.subarray(0, Math.floor(whole.length / 2)),
    Buffer.concat([whole, Buffer.from([0])]),
    Buffer.from(whole.toString('latin1').replace('"createdAt":"2', '"createdAt":"3'), 'latin1'),
    Buffer.from('something else'),
  ]
  await using target = await createTestApplication()
  for (const [index, bytes] of damages.entries()) {
    writeFileSync(file, bytes)
    const options = { file, secret, clock: systemClock, force: true }
    await assert.rejects(restoreBackup(target.database, options), /damaged|no backup/, `damage ${index}`)
  }
  assert.ok((await selectTables(target.database)).length > 10)
})

test('a backup that fails, at its start or in the middle, leaves no file', async () => {
  const file = join(folder, 'absent-folder', 'x.rcb')
  await assert.rejects(backup(admin.application.database, file))
  await using own = await createTestDatabase()
  const second = pathOf('failed.rcb')
  await own.database.query({ text: 'create table zz_unreadable (n integer)' })
  await own.database.query({ text: 'revoke select on zz_unreadable from current_user' })
  await assert.rejects(backup(own.database, second), /permission denied/)
  assert.deepEqual([existsSync(second), existsSync(`${second}.partial`)], [false, false])
})

test('backup and restore are commands on the server’s machine: sealed with its keys, into a new data folder', async () => {
  using data = temporaryFolder()
  using fresh = temporaryFolder()
  const keys = { ROLLCALL_ENCRYPTION_KEYS: randomBytes(32).toString('base64') }
  await using server = await startServer({ environment: { ROLLCALL_DATA_DIR: data.path, ...keys } })
  const file = pathOf('command.rcb')
  const run = (words: readonly string[], environment: Record<string, string>) =>
    runRollcall({ arguments: words, environment: { ...keys, ...environment } })
  const made = await run(['backup', file, '--json'], { ROLLCALL_DATA_DIR: data.path })
  assert.equal(made.code, 0, made.stderr)
  assert.match(made.stderr, /apart from the backup/)
  const refused = await run(['restore', file, '--force'], { ROLLCALL_DATA_DIR: data.path })
  assert.deepEqual([refused.code, /stop them first/.test(refused.stderr)], [1, true], refused.stderr)
  await server.stop()
  const restored = await run(['restore', file, '--json'], { ROLLCALL_DATA_DIR: fresh.path })
  assert.equal(restored.code, 0, restored.stderr)
  assert.equal(JSON.parse(restored.stdout).rows, JSON.parse(made.stdout).rows)
  const other = { ROLLCALL_ENCRYPTION_KEYS: randomBytes(32).toString('base64') }
  const wrong = await run(['restore', file, '--verify'], { ROLLCALL_DATA_DIR: fresh.path, ...other })
  assert.deepEqual([wrong.code, /not among those/.test(wrong.stderr)], [1, true], wrong.stderr)
})

function backup(database: Database, file: string) {
  return writeBackup(database, { file, secret, clock: systemClock, version: '0.1.0' })
}

/** Every row of every table as text, but for the numbers of transactions. */
async function contentOf(database: Database): Promise<ReadonlyMap<string, readonly string[]>> {
  const content = new Map<string, readonly string[]>()
  for (const { name, columns, xidColumns } of await selectTables(database)) {
    const list = columns.filter((column) => !xidColumns.includes(column)).map((column) => `"${column}"::text`)
    const { rows } = await database.query<{ row: string }>({
      text: `select jsonb_build_array(${list.join(', ')})::text as row from "${name}"`,
    })
    content.set(name, rows.map(({ row }) => row).toSorted())
  }
  return content
}

/** Every app begins a cycle when it is restored, and hears of changes from then on. */
const begunAnew: readonly string[] = ['cycles', 'cycle_slices']
const isHearing = (row: string): boolean => row.includes(', "provisioning", ')

async function assertSame(database: Database, other: Database): Promise<void> {
  const [one, two] = [await contentOf(database), await contentOf(other)]
  assert.deepEqual([...one.keys()].toSorted(), [...two.keys()].toSorted())
  const isKept = (name: string) => (row: string) => name !== 'outbox_cursors' || !isHearing(row)
  for (const [name, rows] of one)
    if (!begunAnew.includes(name))
      assert.deepEqual(rows.filter(isKept(name)), two.get(name)?.filter(isKept(name)), name)
}

/** The last use of keys and the request log are written behind. */
async function settle(): Promise<void> {
  for (let before_ = ''; ; await sleep(1_200)) {
    const now = JSON.stringify([...(await contentOf(admin.application.database))])
    if (now === before_) return
    before_ = now
  }
}

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'

async function addPerson(userName: string, more: object = {}): Promise<string> {
  const body = { schemas: [userSchema], userName, ...more }
  const made = await admin.send('POST', '/scim/v2/Users', { key, body })
  assert.equal(made.status, 201)
  return made.body.id
}

/** Something in as many tables as the API reaches, with texts that COPY has to escape. */
async function fill(): Promise<void> {
  const members = []
  for (const [userName, displayName] of [
    ['ada', 'Ada\tTab'],
    ['aegir', 'Ægir \\N \\. 김서연 "x" \u2028'],
    ['obrien', "O'Brien\nLine"],
  ] as const)
    members.push({
      value: await addPerson(userName, { displayName, externalId: `x-${userName}`, password: 'Secret 1234!' }),
    })
  await addPerson('gone', { active: false })
  const group = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Team', members }
  assert.equal((await admin.send('POST', '/scim/v2/Groups', { key, body: group })).status, 201)
  const base = '/api/v1/organizations/acme'
  await admin.send('POST', `${base}/service-accounts`, { key, body: { name: 'robot' } })
  const schema = { id: 'urn:example:Badge', name: 'Badge', attributes: [{ name: 'number' }] }
  await admin.send('POST', `${base}/schemas`, {
    key,
    body: { schema, use: { kind: 'extension', resourceType: 'User' } },
  })
  await admin.send('POST', `${base}/recount`, { key, headers: { 'idempotency-key': 'once' } })
}

/** The restored database serves: people can be added, and new changes come after all that there are. */
async function goesOn(database: Database, userName: string): Promise<void> {
  const { application } = admin.application
  const { createApplication } = await import('../../src/application.ts')
  const { parts } = application
  const restored = createApplication({
    config: parts.config,
    database,
    clock: parts.clock,
    encryption: parts.encryption,
  })
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ schemas: [userSchema], userName })
  const init = { method: 'POST', headers, body }
  const made = await restored.fetch(new Request('https://rollcall.test/scim/v2/Users', init))
  assert.equal(made.status, 201)
  await restored.close()
  const { rows } = await database.query<{ last: boolean }>({
    text: `select position = max(position) over () as last from changes order by at desc, position desc limit 1`,
  })
  assert.equal(rows[0]?.last, true)
}

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { formatTypeId, parseTypeId } from '@rollcall/admin-api'
import { AccessError } from '../../src/access/access-error.ts'
import { insertRun, type RunRow } from '../../src/db/queries/runs.ts'
import { systemClock } from '../../src/clock.ts'
import { workOffRuns, type RunKind, type RunWorkerOptions } from '../../src/jobs/run-worker.ts'
import { trimRuns } from '../../src/jobs/runs.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import { createId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { spawnRollcall } from '../harness/spawn.ts'
import { pieces, slowKind } from './slow-kind.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
  await admin.application.database.query({
    text: 'create table pieces (run_id uuid not null, piece integer not null, primary key (run_id, piece))',
  })
})
after(() => admin[Symbol.asyncDispose]())

const signal = new AbortController().signal

test('CON-D8: long work answers 202 with the place of its run, whose progress is read by poll until it is done', async () => {
  const { key, id } = await admin.createOrganization('acme')
  await admin.send('POST', '/scim/v2/Users', { key, body: userOf('ada') })
  await admin.application.database.query({ text: 'delete from directory_deltas' })
  const begun = await admin.send('POST', '/api/v1/organizations/acme/recount', { key })
  assert.equal(begun.status, 202)
  const location = begun.headers.get('location') ?? ''
  assert.equal(location, `https://rollcall.test/api/v1/organizations/${id}/runs/${begun.body.id}`)
  assert.deepEqual([begun.body.state, begun.body.kind, begun.body.result], ['queued', 'organization.recount', null])
  const again = await admin.send('POST', '/api/v1/organizations/acme/recount', { key })
  const reasons = again.body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])
  assert.deepEqual([again.status, reasons], [409, [['', 'runOpen']]], 'one is enough')
  await workOffAllRuns(admin.application.application.parts, signal)
  const ended = await admin.send('GET', new URL(location).pathname, { key })
  assert.equal(ended.body.state, 'done')
  assert.deepEqual(ended.body.result, { users: 1, activeUsers: 1, teams: 0 })
  assert.ok(ended.body.startedAt !== null && ended.body.endedAt !== null)
  assert.equal((await admin.send('GET', '/scim/v2/Users', { key })).body.totalResults, 1)
  const { rows } = await admin.application.database.query<{ action: string }>({
    text: `select action from changes where subject_kind = 'run' order by position`,
  })
  assert.deepEqual(
    rows.map(({ action }) => action),
    ['run.queued', 'run.done'],
  )
})

test('CON-D8: with Accept: text/event-stream the answer follows the run to its end and then closes', async () => {
  const { key, id } = await admin.createOrganization('events')
  const { database } = admin.application
  const run = await queue(id, 'slow')
  const path = `/api/v1/organizations/events/runs/${formatTypeId('run', run.id)}`
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' }
  const response = await admin.application.fetch(path, { headers })
  assert.deepEqual([response.status, response.headers.get('content-type')], [200, 'text/event-stream'])
  const working = work(slowKind(database, () => sleep(20)))
  const text = await response.text()
  await working
  const events = [...text.matchAll(/^event: progress\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''))
  assert.ok(events.length >= 3, `${events.length} events`)
  assert.notEqual(events[0].state, 'done')
  const last = events.at(-1)
  assert.deepEqual([last.state, last.done, last.total, last.result], ['done', pieces, pieces, { pieces }])
  const dones = events.map(({ done }) => done)
  assert.deepEqual(
    dones,
    dones.toSorted((a, b) => a - b),
  )
})

test('a stream that nobody reads any more, or of a server that stops, comes to its end', async () => {
  await using own = await createAdminHarness()
  const { key, id } = await own.createOrganization('draining')
  const run = await insertRun(own.application.database, newRun(id, 'never'))
  const path = `/api/v1/organizations/draining/runs/${formatTypeId('run', run.id)}`
  const headers = { authorization: `Bearer ${key}`, accept: 'text/event-stream' }
  const left = await own.application.fetch(path, { headers })
  await left.body?.cancel()
  const followed = await own.application.fetch(path, { headers })
  own.application.application.drain()
  assert.match(await followed.text(), /"state":"queued"/)
})

test('a run is taken from a worker that was killed, goes on at its checkpoint, and no piece happens twice', async () => {
  const { id } = await admin.createOrganization('killed')
  const { database, databaseUrl, clock } = admin.application
  clock.set(systemClock())
  const run = await queue(id, 'slow')
  const script = fileURLToPath(new URL('killed-worker.ts', import.meta.url))
  const worker = spawnRollcall({
    command: [process.execPath, '--conditions=@rollcall/source'],
    arguments: [script, databaseUrl],
  })
  await worker.waitFor(/piece 5\n/)
  worker.child.kill('SIGKILL')
  await worker.exited
  const killedAt = Number(/piece (\d+)\n$/.exec(worker.stdout())?.[1])
  const before_ = await read(id, run.id)
  assert.equal(before_.state, 'running')
  assert.ok(killedAt < pieces - 1)

  const done: number[] = []
  const kind = slowKind(database, async (piece) => void done.push(piece))
  const options = { ...optionsOf(kind), clock: systemClock }
  await workOffRuns(options, signal)
  assert.deepEqual(done, [], 'its lease still holds')
  await sleep(600)
  await workOffRuns(options, signal)
  assert.deepEqual([done[0], done.at(-1)], [before_.done, pieces - 1])
  assert.deepEqual([(await read(id, run.id)).state, (await read(id, run.id)).done], ['done', pieces])
})

test('a worker that lost its lease without noticing writes nothing any more', async () => {
  const { id } = await admin.createOrganization('lost')
  const { database, clock } = admin.application
  const run = await queue(id, 'lost')
  let taken = false
  const kind: RunKind = {
    name: 'lost',
    execute: async (held) => {
      if (taken) return { by: 'second' }
      taken = true
      clock.advance(31_000)
      await work(kind)
      await held.advance(database, { checkpoint: {}, done: 99 })
      return { by: 'first' }
    },
  }
  await work(kind)
  const ended = await read(id, run.id)
  assert.deepEqual([ended.state, ended.result, ended.done], ['done', { by: 'second' }, 0])
})

test('a refusal ends a run at once with its reason; what is unforeseen is tried again, five times without progress', async () => {
  const { id, key } = await admin.createOrganization('failing')
  const { clock } = admin.application
  const refused = await queue(id, 'refused')
  await work({ name: 'refused', execute: () => Promise.reject(new AccessError('nameTaken', 'The name is taken')) })
  const path = (run: RunRow) => `/api/v1/organizations/failing/runs/${formatTypeId('run', run.id)}`
  const shown = await admin.send('GET', path(refused), { key })
  assert.deepEqual([shown.body.state, shown.body.error], ['failed', 'The name is taken'])

  const broken = await queue(id, 'broken')
  let attempts = 0
  const kind: RunKind = {
    name: 'broken',
    execute: async (held) => {
      attempts++
      if (attempts === 3) await held.advance(admin.application.database, { checkpoint: {}, done: 1 })
      throw new Error('secret of the house')
    },
  }
  for (let turn = 0; turn < 12; turn++) {
    await work(kind)
    clock.advance(10 * 60_000)
  }
  const failed = await admin.send('GET', path(broken), { key })
  assert.equal(attempts, 7, 'progress starts the count anew')
  assert.equal(failed.body.state, 'failed')
  assert.equal(failed.body.error.includes('secret'), false)
})

test('a stopping worker hands its run back at once, without counting it as a failure', async () => {
  const { id } = await admin.createOrganization('stopping')
  const run = await queue(id, 'slow')
  const stopping = new AbortController()
  const kind = slowKind(admin.application.database, async (piece) => {
    if (piece === 3) stopping.abort()
  })
  await workOffRuns(optionsOf(kind), stopping.signal)
  const handed = await read(id, run.id)
  assert.deepEqual([handed.state, handed.done, handed.failures], ['queued', 4, 0])
  await work(slowKind(admin.application.database, async () => {}))
  assert.equal((await read(id, run.id)).state, 'done')
})

test('two workers share what is due; each run is done once', async () => {
  const { id } = await admin.createOrganization('shared')
  for (let count = 0; count < 6; count++) await queue(id, 'counted')
  const done: string[] = []
  const kind: RunKind = {
    name: 'counted',
    execute: async ({ id: run }) => {
      await sleep(5)
      done.push(run)
      return {}
    },
  }
  await Promise.all([work(kind), work(kind)])
  assert.equal(done.length, 6)
  assert.equal(new Set(done).size, 6)
})

test('a key sees the runs that it might have started, in lists too, and no run of another organization or the instance', async () => {
  const { id, key } = await admin.createOrganization('seen')
  const settings = await queue(id, 'kept')
  const people = await insertRun(admin.application.database, { ...newRun(id, 'export'), permission: 'people:read' })
  const made = await admin.send('POST', '/api/v1/organizations/seen/keys', { body: { scopes: ['people:read'] } })
  const list = '/api/v1/organizations/seen/runs'
  const ids = async (query: string, using: string) =>
    (await admin.send('GET', list + query, { key: using })).body.data.map((one: { id: string }) => one.id)
  const [first, second] = [people, settings].map((run) => formatTypeId('run', run.id))
  assert.deepEqual(await ids('', key), [first, second])
  assert.deepEqual(await ids('', made.body.key), [first])
  assert.deepEqual(await ids('?kind=kept', key), [second])
  assert.deepEqual(await ids('?state=done', key), [])
  const page = (await admin.send('GET', `${list}?limit=1&total=true`, { key })).body
  assert.deepEqual([page.total, page.hasMore], [2, true])
  assert.deepEqual(await ids(`?limit=1&cursor=${page.nextCursor}`, key), [second])
  const refused = await admin.send('GET', `${list}/${second}`, { key: made.body.key })
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /settings:manage/)
  const instance = await insertRun(admin.application.database, newRun('00000000-0000-0000-0000-000000000000', 'whole'))
  const place = `/api/v1/runs/${formatTypeId('run', instance.id)}`
  assert.equal((await admin.send('GET', place)).body.organizationId, null)
  assert.equal((await admin.send('GET', place, { key })).status, 403)
  assert.equal((await admin.send('GET', `/api/v1/runs/${first}`)).status, 404)
})

test('runs that ended more than 30 days ago are forgotten, others stay', async () => {
  const { id } = await admin.createOrganization('old')
  const { database, clock } = admin.application
  const run = await queue(id, 'counted')
  const open = await queue(id, 'never')
  await work({ name: 'counted', execute: async () => ({}) })
  await trimRuns(database, clock())
  assert.equal((await read(id, run.id)).state, 'done')
  clock.advance(31 * 24 * 3600_000)
  await trimRuns(database, clock())
  await assert.rejects(read(id, run.id))
  assert.equal((await read(id, open.id)).state, 'queued')
})

function userOf(userName: string): object {
  return { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName }
}

function newRun(organization: string, kind: string) {
  const organizationId = parseTypeId('org', organization) ?? organization
  const createdAt = admin.application.clock()
  const base = { id: createId(), permission: 'settings:manage', input: {}, createdBy: 'test', requestId: undefined }
  return { ...base, organizationId, kind, createdAt }
}

function queue(organization: string, kind: string): Promise<RunRow> {
  return insertRun(admin.application.database, newRun(organization, kind))
}

async function read(organization: string, id: string): Promise<RunRow> {
  const { rows } = await admin.application.database.query<RunRow>(
    { text: 'select * from runs where organization_id = $1 and id = $2' },
    [parseTypeId('org', organization), id],
  )
  assert.ok(rows[0] !== undefined)
  return rows[0]
}

function optionsOf(kind: RunKind): RunWorkerOptions {
  const { database, clock } = admin.application
  const isRefusal = (error: unknown): boolean => error instanceof AccessError
  return { database, clock, logger: silentLogger, kinds: [kind], isRefusal }
}

function work(kind: RunKind): Promise<void> {
  return workOffRuns(optionsOf(kind), signal)
}

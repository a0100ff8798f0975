import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { makeLogPartitions, trimProvisioningLog } from '../../src/provisioning/log/partitions.ts'
import { insertLogRows } from '../../src/provisioning/log/insert-log-rows.ts'
import type { LogDetail, LogRow } from '../../src/provisioning/log/log-row.ts'
import { reasons } from '../../src/provisioning/reasons.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { createTestApp } from '../harness/provisioning-app.ts'

let admin: AdminHarness
let organizationId: string
let appId: string
before(async () => {
  admin = await createAdminHarness()
  const acme = await admin.createOrganization('acme')
  organizationId = parseTypeId('org', acme.id) ?? ''
  appId = (await makeApp('Wiki')).id
})
after(() => admin[Symbol.asyncDispose]())

const log = '/api/v1/organizations/acme/provisioning-log'
const ada = '01893f6e-5c00-7000-8000-00000000000a'
const bob = '01893f6e-5c00-7000-8000-00000000000b'
const secret = 'sal"ary 73,000 €'

test('ENG-28: an operation is one row with steps, changes and the meaning of its reason, found by every filter', async () => {
  await insertLogRows(admin.application.database, [
    row({ objectId: ada, detail: { sourceName: 'Ada', targetName: 'ada@wiki', ...worked } }),
    row({
      objectId: bob,
      action: 'update',
      status: 'failure',
      reason: 'InvisibleConflict',
      detail: { message: 'userName is taken', attribute: 'userName' },
    }),
    row({ objectId: bob, action: 'skip', status: 'skipped', reason: 'NotAssigned', httpStatus: null, detail: null }),
  ])
  const all = await admin.send('GET', `${log}?total=true`)
  assert.equal(all.body.total, 3)
  const [skipped, failed, created] = all.body.data
  assert.deepEqual([skipped.reason, skipped.explanation.meaning], ['NotAssigned', reasons.NotAssigned.meaning])
  assert.deepEqual(
    [failed.message, failed.attribute, failed.explanation.actor],
    ['userName is taken', 'userName', 'appOwner'],
  )
  assert.deepEqual([created.object.name, created.target], ['Ada', { key: 'k1', name: 'ada@wiki' }])
  const entry = await admin.send('GET', `${log}/${created.id}`)
  assert.deepEqual(
    entry.body.steps.map((step: { name: string }) => step.name),
    ['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export'],
  )
  assert.equal(entry.body.exchanges[0].status, 201)
  for (const [query, count] of [
    ['status=failure', 1],
    ['action=create', 1],
    ['reason=NotAssigned', 1],
    [`object=${failed.object.id}`, 2],
    [`app=${created.appId}`, 3],
    ['since=2026-11-22T00:00:00Z', 0],
    ['until=2026-11-22T00:00:00Z', 3],
    ['limit=2', 2],
  ] as const)
    assert.equal((await admin.send('GET', `${log}?${query}`)).body.data.length, count, query)
  const first = await admin.send('GET', `${log}?limit=2`)
  assert.equal((await admin.send('GET', `${log}?limit=2&cursor=${first.body.nextCursor}`)).body.data[0].id, created.id)
})

test('AC-E34: three CSV files with the action, the status and the error code are joined by the change id', async () => {
  const read = async (file: string) => parseCsv((await admin.send('GET', `${log}/export-csv?file=${file}`)).body)
  const [logs, steps, properties] = [await read('logs'), await read('steps'), await read('modifiedProperties')]
  assert.deepEqual(
    logs.map((line) => [line['provisioningAction'], line['status'], line['errorCode']]),
    [
      ['Create', 'Success', 'Created'],
      ['Update', 'Failure', 'InvisibleConflict'],
      ['Other', 'Skipped', 'NotAssigned'],
    ],
  )
  const [created] = logs
  const joined = (lines: typeof logs) => lines.filter(({ changeId }) => changeId === created?.['changeId'])
  assert.deepEqual(
    joined(steps).map(({ name }) => name),
    ['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export'],
  )
  assert.deepEqual(
    joined(properties).map((line) => [line['displayName'], line['oldValue'], line['newValue']]),
    [
      ['title', 'Engineer', 'Lead'],
      ['salary', '', '[Redact]'],
    ],
  )
  assert.equal(logs[1]?.['reason'], 'userName is taken')
  assert.equal(logs[1]?.['recommendedAction'], reasons.InvisibleConflict.remedy)
})

test('entries leave as JSON Lines, ours or in the shape of Microsoft Graph', async () => {
  const lines = async (format: string): Promise<readonly string[]> =>
    (await admin.send('GET', `${log}/export-json-lines?format=${format}`)).body.trim().split('\n')
  const [ours = '', ...others] = await lines('rollcall')
  assert.match(ours, /^\{.*"action":"create".*"steps":\[\{"name":"import"/)
  assert.equal(others.length, 2)
  const [graph = '', failed = ''] = await lines('graph')
  const shown = JSON.parse(graph)
  assert.equal(shown.provisioningAction, 'create')
  assert.deepEqual(shown.modifiedProperties[0], { displayName: 'title', oldValue: 'Engineer', newValue: 'Lead' })
  assert.equal(shown.provisioningSteps[4].provisioningStepType, 'referenceResolution')
  assert.match(failed, /"status":"failure".*"errorCode":"InvisibleConflict"/)
})

test('AC-E36: a redacted value stands nowhere in the log: not in rows, answers or exports', async () => {
  const { rows } = await admin.application.database.query<{ text: string }>({
    text: 'select row_to_json(l)::text as text from provisioning_log l',
  })
  const texts = await Promise.all(
    [log, `${log}/export-csv?file=modifiedProperties`, `${log}/export-csv?file=steps`, `${log}/export-json-lines`].map(
      async (path) => JSON.stringify((await admin.send('GET', path)).body),
    ),
  )
  for (const text of [...rows.map((each) => each.text), ...texts]) assert.ok(!text.includes('73,000'), text)
  assert.match(texts.join('\n'), /\[Redact\]/)
})

test('a password, a key or a token stands nowhere in the log, whoever put it there', async () => {
  const { database } = admin.application
  const canaries = ['canary-pass-1', 'rc_scm_canary0Aa1Bb2Cc3', 'eyJcanary.eyJcanary.sig', 'Bearer canary-token-2']
  const [password = '', key = '', jwt = '', bearer = ''] = canaries
  const details: readonly LogDetail[] = [
    { modified: [{ name: 'password', before: null, after: password }] },
    { message: `The key ${key} is not known` },
    { message: `Got ${jwt}`, steps: [{ name: 'export', status: 'failure', message: `Sent ${bearer}` }] },
    {
      steps: [
        { name: 'export', status: 'failure', message: 'x', detail: { clientSecret: password, api_key: password } },
      ],
    },
  ]
  await insertLogRows(
    database,
    details.map((detail) => row({ detail, redactedPaths: [], at: admin.application.clock() })),
  )
  const { rows } = await database.query<{ text: string }>({ text: 'select detail::text as text from provisioning_log' })
  const text = rows.map((each) => each.text).join('\n')
  assert.doesNotMatch(text, /canary/)
  await database.query({
    text: `delete from provisioning_log where detail::text ~ 'redacted|Redact' and detail::text !~ 'Engineer'`,
  })
})

test('every reason has a meaning, a remedy and somebody who can mend it', async () => {
  const { data } = (await admin.send('GET', '/api/v1/organizations/acme/provisioning-reasons')).body
  assert.equal(data.length, Object.keys(reasons).length)
  for (const { code, meaning, remedy } of data)
    assert.ok(/^[A-Z]\w+$/.test(code) && meaning.length > 10 && remedy.length > 5, code)
})

test('days of the log are made ahead, take what was written before, and are dropped by age; an app may keep less', async () => {
  const { database, clock } = admin.application
  const signal = new AbortController().signal
  const count = async () => (await admin.send('GET', `${log}?total=true`)).body.total
  const before = await count()
  await makeLogPartitions(database, clock())
  await makeLogPartitions(database, clock())
  assert.deepEqual(await partitions(), ['20261121', '20261122', '20261123', '20261124', 'rest'])
  assert.deepEqual([await rowsIn('rest'), await rowsIn('20261121'), await count()], [0, before, before])
  const brief = await makeApp('Brief', 10)
  clock.set('2026-12-05T12:00:00Z')
  await insertLogRows(database, [row({ at: clock() }), row({ at: clock(), appId: brief.id })])
  await insertLogRows(database, [row({ at: new Date('2026-11-23T01:00:00Z'), appId: brief.id })])
  await makeLogPartitions(database, clock())
  await trimProvisioningLog(database, clock(), signal)
  assert.equal(await count(), before + 2, 'what the brief app wrote long ago is gone')
  clock.set('2027-02-20T00:00:00Z')
  await trimProvisioningLog(database, clock(), signal)
  assert.equal((await partitions())[0], '20261122', '90 days of the 21st are over')
  assert.equal(await count(), 1)
})

test('a deleted organization leaves nothing in any day of the log', async () => {
  const { database, clock, application } = admin.application
  const begun = await admin.send('DELETE', '/api/v1/organizations/acme?confirm=acme')
  assert.equal(begun.status, 202)
  clock.advance(3_000)
  await workOffAllRuns(application.parts, new AbortController().signal)
  assert.equal((await database.query({ text: 'select from provisioning_log' })).rowCount, 0)
})

const worked = {
  modified: [
    { name: 'title', before: 'Engineer', after: 'Lead' },
    { name: 'salary', before: null, after: secret },
  ],
  steps: (['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export'] as const).map((name) => ({
    name,
    status: 'success' as const,
    message: `Done with ${name}`,
    detail: { salary: secret },
  })),
  exchanges: [
    {
      method: 'POST',
      path: `/Users?salary=${encodeURIComponent(secret)}`,
      requestBody: { userName: 'ada', salary: secret },
      status: 201,
      responseBody: JSON.stringify({ id: 'k1', salary: secret }),
      durationMs: 12.5,
    },
  ],
}

function row(fields: Partial<LogRow>): LogRow {
  return {
    organizationId,
    appId,
    at: admin.application.clock(),
    cycleId: null,
    objectKind: 'user',
    objectId: null,
    action: 'create',
    status: 'success',
    reason: 'Created',
    httpStatus: 201,
    durationMs: 13,
    initiator: 'change',
    targetKey: 'k1',
    detail: null,
    redactedPaths: ['salary'],
    ...fields,
  }
}

function makeApp(name: string, logDays?: number) {
  const { application, clock } = admin.application
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  const settings = logDays === undefined ? {} : { overrides: { logDays } }
  return createTestApp(application.parts, call, { organizationId, name, settings })
}

async function partitions(): Promise<readonly string[]> {
  const { rows } = await admin.application.database.query<{ name: string }>({
    text: `select relname as name from pg_inherits join pg_class on oid = inhrelid where inhparent = 'provisioning_log'::regclass order by 1`,
  })
  return rows.map(({ name }) => name.replace('provisioning_log_', ''))
}

async function rowsIn(partition: string): Promise<number> {
  return (await admin.application.database.query({ text: `select from provisioning_log_${partition}` })).rowCount
}

/** RFC 4180, by the names of the first line. */
function parseCsv(text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...lines] = text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    )
  return lines.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])))
}

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTypeId } from '@rollcall/admin-api'
import { simpleRules, writeLog } from '../../server/test/harness/provisioning-app.ts'
import { workRuns } from '../../server/test/harness/listening-application.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'
import { drawBar, toDuration } from '../src/progress-bar.ts'

let cli: CliHarness
let app: string
let person: string
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  person = (await cli.json('person', 'create', '--user-name', 'ada', '--display-name', 'Ada', '--no-invite')).id
  write('token.txt', 'canary-5d0f\n')
  write('rules.json', JSON.stringify(simpleRules))
  write('ids.txt', `${person}\n`)
})
after(() => cli[Symbol.asyncDispose]())

test('an app is made from files, its rules are published, and people are assigned', async () => {
  const made = await cli.run(
    ...['app', 'create', '--name', 'Wiki', '--url', 'https://wiki.example/scim', '--json'],
    ...['--token-file', file('token.txt'), '--rules-file', file('rules.json')],
  )
  assert.equal(made.code, 0, made.stderr)
  assert.doesNotMatch(made.stdout + made.stderr, /canary/)
  const shown = JSON.parse(made.stdout)
  assert.deepEqual(
    [shown.state, shown.draftRevision, shown.credentials],
    ['draft', 1, { kind: 'bearer', expiresAt: null }],
  )
  app = shown.id
  assert.equal((await cli.json('app', 'rules', 'publish', app, '--revision', '1', '--without-plan')).state, 'live')
  const printed = await cli.run('app', 'rules', 'show', app)
  assert.deepEqual(JSON.parse(printed.stdout), simpleRules)
  assert.deepEqual(await cli.json('app', 'assign', app, '--file', file('ids.txt')), { changed: [person] })
  assert.deepEqual(await cli.json('app', 'assign', app, '--subject', person), { changed: [] })
  assert.equal((await cli.json('app', 'assignments', app)).data[0].name, 'Ada')
  const nobody = await cli.run('app', 'assign', app)
  assert.deepEqual([nobody.code, nobody.stdout], [2, ''])
})

test('a directory is made by what its address and options say, and its password is shown nowhere', async () => {
  write('password.txt', 'canary 9a2e \n')
  const directory = ['app', 'create', '--name', 'AD', '--url', 'ldaps://ad.acme.example', '--json']
  const bind = ['--bind-dn', 'rollcall@acme.example', '--password-file', file('password.txt')]
  const place = ['--base-dn', 'dc=acme,dc=example', '--users-dn', 'ou=People,dc=acme,dc=example']
  const made = await cli.run(...directory, '--preset', 'active-directory', ...place, ...bind)
  assert.equal(made.code, 0, made.stderr)
  assert.doesNotMatch(made.stdout + made.stderr, /canary/)
  const { id, target, credentials, draftRevision } = JSON.parse(made.stdout)
  assert.deepEqual(
    [target.kind, target.flavour, target.usersDn, target.startTls, credentials.kind, draftRevision],
    ['ldap', 'activeDirectory', 'ou=People,dc=acme,dc=example', false, 'ldap', 1],
  )
  const changed = await cli.json('app', 'update', id, '--groups-dn', 'ou=Groups,dc=acme,dc=example')
  assert.deepEqual(
    [changed.target.groupsDn, changed.target.baseDn],
    ['ou=Groups,dc=acme,dc=example', 'dc=acme,dc=example'],
  )
  for (const lacking of [
    [...directory, ...place],
    [...directory, '--preset', 'openldap'],
    [...directory, '--preset', 'openldap', ...place, '--bind-dn', 'cn=x'],
  ])
    assert.equal((await cli.run(...lacking)).code, 2)
  const refused = await cli.run(...directory, '--preset', 'openldap', ...place, '--token-file', file('token.txt'))
  assert.match(refused.stderr, /credentials of the kind ldap/)
  const qualified = await cli.run('app', 'qualify', id)
  assert.match(qualified.stderr, /Only apps that speak SCIM are qualified/)
  const presets = await cli.json('app', 'presets')
  assert.ok(
    presets.data.some(({ name, kind }: { name: string; kind: string }) => name === 'openldap' && kind === 'ldap'),
  )
})

test('CON-F5: a plan has an id, base versions and an expiry; exit code 2 says changes, and a stale one is refused', async () => {
  const rules = join(cli.folder, 'everyone.json')
  writeFileSync(rules, JSON.stringify({ ...simpleRules, assignment: 'everyone' }))
  assert.equal((await cli.json('app', 'rules', 'save', app, '--file', rules)).revision, 2)
  const create = async () => {
    const running = cli.run('app', 'plan', 'create', app, '--detailed-exitcode', '--json')
    const over = running.then(() => true)
    while (!(await Promise.race([over, sleep(50, false)]))) await workRuns(cli.application)
    return running
  }
  const first = await create()
  assert.equal(first.code, 2, first.stderr)
  const plan = JSON.parse(first.stdout)
  assert.match(plan.id, /^plan_/)
  assert.deepEqual([plan.baseRevision, plan.revision, plan.hasChanges], [1, 2, true])
  assert.equal(Date.parse(plan.expiresAt) - Date.parse(plan.createdAt), 86_400_000)
  const second = JSON.parse((await create()).stdout)
  const operations = await cli.json('app', 'plan', 'operations', plan.id, '--app', app)
  assert.deepEqual(
    operations.data.map((each: { operation: string; object: { name: string } }) => [each.operation, each.object.name]),
    [['create', 'Ada']],
  )
  const applied = await cli.json('app', 'plan', 'apply', plan.id, '--app', app, '--yes')
  assert.deepEqual([applied.applied, applied.plan.state], [1, 'applied'])
  const stale = await cli.run('app', 'plan', 'apply', second.id, '--app', app, '--yes', '--json')
  const problem = JSON.parse(stale.stderr)
  assert.deepEqual([stale.code, problem.status], [1, 409])
  assert.match(problem.detail, /Other rules went live/)
  assert.equal((await cli.json('app', 'plan', 'discard', second.id, '--app', app)).state, 'discarded')
})

test('an app is paused, watched and resumed; what is to be done is shown in states', async () => {
  assert.equal((await cli.json('app', 'pause', app, '--reason', 'Holidays')).pausedReason, 'Holidays')
  const watched = await cli.run('app', 'watch', app)
  assert.equal(watched.code, 0, watched.stderr)
  assert.match(watched.stdout, /paused[\s\S]*people +1 +0 +0[\s\S]*teams/)
  assert.equal((await cli.json('app', 'progress', app)).people.total, 1)
  assert.equal((await cli.json('app', 'resume', app)).state, 'active')
  assert.equal((await cli.json('app', 'stop', app)).state, 'stopped')
})

test('the log is listed, shown step by step and exported; links are listed', async () => {
  const { application } = cli
  const { rows } = await application.database.query<{ organization: string }>({
    text: 'select organization_id as organization from apps',
  })
  await writeLog(application.database, [
    {
      organizationId: rows[0]?.organization ?? '',
      appId: parseTypeId('app', app) ?? '',
      at: application.clock(),
      cycleId: null,
      objectKind: 'user',
      objectId: parseTypeId('usr', person) ?? '',
      action: 'create',
      status: 'failure',
      reason: 'InvisibleConflict',
      httpStatus: 409,
      durationMs: 9,
      initiator: 'change',
      targetKey: null,
      detail: {
        sourceName: 'Ada\u001b[31m',
        message: 'userName is taken',
        modified: [{ name: 'userName', before: null, after: 'ada' }],
      },
    },
  ])
  const listed = await cli.run('app', 'log', 'list', '--status', 'failure')
  assert.match(listed.stdout, /create +failure +InvisibleConflict +Ada\\u001b/)
  const [entry] = (await cli.json('app', 'log', 'list')).data
  const shown = await cli.run('app', 'log', 'show', entry.id)
  assert.match(
    shown.stdout,
    /remedy[\s\S]*import +success[\s\S]*matching +failure +userName is taken[\s\S]*userName +ada/,
  )
  const csv = await cli.run('app', 'log', 'export', '--file', 'modifiedProperties')
  assert.equal(csv.stdout, `changeId,displayName,oldValue,newValue\r\n${entry.id},userName,,ada\r\n`)
  const graph = await cli.run('app', 'log', 'export', '--format', 'graph')
  assert.equal(JSON.parse(graph.stdout).provisioningStatusInfo.errorInformation.errorCode, 'InvisibleConflict')
  assert.match((await cli.run('app', 'log', 'reasons')).stdout, /InvisibleConflict +object/)
  assert.deepEqual((await cli.json('app', 'link', 'list', app)).data, [])
})

test('an app that does not answer is told with its remedy; deleting one is long work', async () => {
  const tested = await cli.run('app', 'test', app)
  assert.equal(tested.code, 1)
  assert.match(tested.stdout, /isWorking +false/)
  const begun = await cli.json('app', 'delete', app, '--yes')
  assert.equal(begun.kind, 'app.delete')
  assert.equal((await cli.run('app', 'show', app)).code, 1)
})

test('a bar and a duration are read at a glance', () => {
  assert.equal(drawBar(6, 24), '[######..................] 25 %')
  assert.equal(drawBar(0, 0), '[########################] 100 %')
  assert.deepEqual([0.2, 61, 7_260].map(toDuration), ['1 s', '2 min', '2 h 1 min'])
})

function file(name: string): string {
  return join(cli.folder, name)
}

function write(name: string, text: string): void {
  writeFileSync(file(name), text)
}

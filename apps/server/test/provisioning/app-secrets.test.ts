import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInstanceKey } from '../../src/access/instance-keys.ts'
import { selectTables } from '../../src/db/queries/catalogue.ts'
import { createProcessEngine } from '../../src/provision-apps.ts'
import { createRulesCache } from '../../src/provisioning/find-rules.ts'
import { pumpChanges } from '../../src/provisioning/pump.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createLogger } from '../../src/telemetry/logger.ts'
import { createTestProvisioning, type TestProvisioning } from '../harness/provisioning.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { startFakeTarget, type FakeTarget } from './fake-target/fake-target.ts'

const apps = '/api/v1/organizations/acme/apps'

type Scene = {
  readonly server: TestProvisioning
  /** All that the process logged. */
  readonly logged: readonly string[]
  readonly answers: readonly string[]
  call(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly body: any }> // oxlint-disable-line typescript/no-explicit-any -- tests look into answers freely
}

/** The product with an administrator, over real connections to this machine. */
async function createScene(): Promise<Scene & AsyncDisposable> {
  const logged: string[] = []
  const answers: string[] = []
  const server = await createTestProvisioning({
    settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' },
    logger: createLogger({ level: 'trace', isPretty: false, isColored: false, write: (line) => logged.push(line) }),
  })
  const key = await createInstanceKey(server.database, { name: 'test', now: server.clock() })
  return {
    server,
    logged,
    answers,
    call: async (method, path, body) => {
      const response = await server.fetch(path, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      answers.push(text)
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    },
    [Symbol.asyncDispose]: () => server.close(),
  }
}

async function dump({ database }: TestProvisioning): Promise<string> {
  const texts: string[] = []
  for (const { name } of await selectTables(database)) {
    const { rows } = await database.query<{ row: string }>(
      { text: `select row_to_json(t)::text as row from "${name}" t` },
      [],
    )
    texts.push(...rows.map(({ row }) => row))
  }
  return texts.join('\n')
}

async function runEngine({ server }: Scene): Promise<void> {
  const { parts } = server.application
  const rules = createRulesCache()
  const engine = createProcessEngine(parts, rules)
  const never = new AbortController().signal
  for (let round = 0; round < 5; round += 1) {
    await pumpChanges(parts.database, { findRules: rules.find, clock: parts.clock })
    await engine.turn(never)
    await engine.idle()
  }
  await engine.close()
}

const canary = 'canary-77c1-secret'

function echoing(fake: FakeTarget): void {
  fake.fault = ({ method, headers }) =>
    method === 'GET'
      ? 'none'
      : { kind: 'answer', status: 400, body: { detail: `You said ${headers.get('authorization')}, and it is no good` } }
}

test('ENG-40: forbidden addresses are not asked, certificates are verified, and the secrets of apps stand sealed in one place and nowhere else', async () => {
  await using scene = await createScene()
  const { server, logged, answers, call } = scene
  const tenant = await server.createTenant('acme')
  await using fake = await startFakeTarget({ token: canary })
  echoing(fake)
  const target = { kind: 'scim', baseUrl: fake.baseUrl }
  const credentials = { kind: 'bearer', token: canary }
  const made = await call('POST', apps, {
    name: 'Echo',
    target,
    credentials,
    rules: { ...simpleRules, assignment: 'everyone' },
  })
  const place = `${apps}/${made.body.id}`
  await call('POST', `${place}/rules/publish`, { revision: 1, withoutPlan: true })
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  assert.equal((await tenant.scim('POST', '/Users', { schemas, userName: 'ada@example.com' })).status, 201)
  await runEngine(scene)
  assert.ok((fake.counts.get('POST /Users') ?? 0) > 0, 'it was asked')

  // Changes of the app, its log, the audit log, a test and a qualification: all that tells of it.
  await call('PATCH', place, { name: 'Echoes', settings: { numbers: 'entra-parity' } })
  await call('POST', `${place}/test`)
  await call('POST', `${place}/qualify`, {})
  await workOffAllRuns(server.application.parts, new AbortController().signal)
  for (const path of [
    place,
    apps,
    `${place}/rules`,
    '/api/v1/organizations/acme/runs',
    '/api/v1/organizations/acme/events',
  ])
    await call('GET', path)

  const stored = await dump(server)
  const sealed = await server.database.query<{ credentials: string }>({ text: 'select credentials from apps' }, [])
  assert.match(sealed.rows[0]?.credentials ?? '', /^v1\./)
  for (const [where, text] of Object.entries({ stored, logged: logged.join('\n'), answers: answers.join('\n') })) {
    const at = text.indexOf(canary)
    assert.ok(at < 0, `${where}: ${text.slice(Math.max(0, at - 200), at + 50)}`)
  }
  // What the app said is there, but for the secret.
  assert.ok(stored.includes('it is no good'))

  const outcomeOf = async (baseUrl: string) => {
    const other = await call('POST', apps, { name: baseUrl, target: { kind: 'scim', baseUrl }, credentials })
    return (await call('POST', `${apps}/${other.body.id}/test`)).body.reason
  }
  assert.equal(await outcomeOf('https://169.254.169.254/scim'), 'AddressNotAllowed')
  assert.equal(await outcomeOf('https://10.0.0.1/scim'), 'AddressNotAllowed')
  assert.equal(await outcomeOf(fake.baseUrl.replace('http:', 'https:')), 'TlsFailed')
})

test('a qualification is a run that tells what it found, keeps it if told to, and what was set by hand wins', async () => {
  await using scene = await createScene()
  const { server, call } = scene
  await server.createTenant('acme')
  await using fake = await startFakeTarget({ quirks: { hasPatch: false, ignoresActive: true } })
  const target = { kind: 'scim', baseUrl: fake.baseUrl, profile: { canDisable: true } }
  const made = await call('POST', apps, { name: 'Odd', target, credentials: { kind: 'bearer', token: fake.token } })
  const place = `${apps}/${made.body.id}`
  const qualify = async (body: object) => {
    const run = await call('POST', `${place}/qualify`, body)
    assert.deepEqual([run.status, run.body.kind], [202, 'app.qualify'])
    await workOffAllRuns(server.application.parts, new AbortController().signal)
    return (await call('GET', `/api/v1/organizations/acme/runs/${run.body.id}`)).body.result
  }
  const shown = await qualify({ domain: 'acme.example' })
  assert.deepEqual([shown.found, shown.isKept, shown.leftBehind, shown.failure], [{ writes: 'put' }, false, [], null])
  assert.match(shown.notes.join(), /canDisable was set by hand; seen was false/)
  assert.equal((await call('GET', place)).body.target.found, undefined)
  const made2 = fake.seen.filter(({ method, path }) => method === 'POST' && path === '/Users')
  assert.ok(made2.every(({ body }) => JSON.stringify(body).includes('@acme.example')))

  assert.equal((await qualify({ isKept: true })).isKept, true)
  const app = (await call('GET', place)).body
  assert.deepEqual([app.target.found, app.target.profile], [{ writes: 'put' }, { canDisable: true }])
  assert.deepEqual([fake.users.size, fake.groups.size], [0, 0])

  fake.fault = () => ({ kind: 'answer', status: 403 })
  const refused = await qualify({ isKept: true })
  assert.deepEqual([refused.failure.reason, refused.isKept], ['Forbidden', false])
  assert.match(refused.failure.remedy, /right/)
})

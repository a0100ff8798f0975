import type {
  AppSettings,
  LdapTargetSettings,
  ProvisioningRules,
  TargetCredentials,
  TargetProfileInput,
} from '@rollcall/admin-api'
import { queueDueWakeUps } from '../../src/db/queries/provisioning-wake-ups.ts'
import { createRulesCache } from '../../src/provisioning/find-rules.ts'
import { createEngine, type Engine } from '../../src/provisioning/engine.ts'
import type { Stopwatch } from '../../src/provisioning/pace/pacer.ts'
import { pumpChanges } from '../../src/provisioning/pump.ts'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { openTarget } from '../../src/provisioning/targets/open-target.ts'
import type { TargetParts } from '../../src/provisioning/targets/scim/open-target.ts'
import type { Target } from '../../src/provisioning/targets/target.ts'
import { assign, unassign } from '../../src/provisioning/apps/assignments.ts'
import type { ObjectRef } from '../../src/provisioning/object.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import { createFakeTarget, type FakeTarget } from './fake-target/fake-target.ts'
import { inProcess, outboundAllow } from './fake-target/open-fake.ts'
import type { FakeQuirks } from './fake-target/quirks.ts'

/** An organization, an app on a fake server, and the engine between them, at a time that the test sets. */
export type EngineHarness = AsyncDisposable & {
  readonly server: TestProvisioning
  readonly tenant: TestTenant
  readonly organizationId: string
  readonly appId: string
  readonly fake: FakeTarget
  readonly engine: Engine
  /** Errors of ours; empty where all is well. */
  readonly faults: readonly unknown[]
  /** A worker more, as if in a process of its own. */
  openEngine(owner: string): Engine
  /** Hears what changed and does what is due, until nothing is. */
  settle(): Promise<void>
  /** Once what the loops of a worker do again and again; gives how much was heard. */
  tick(): Promise<number>
  /** Lets time pass, and settles. */
  pass(milliseconds: number): Promise<void>
  createPerson(userName: string, attributes?: object): Promise<string>
  patchPerson(id: string, operations: readonly object[]): Promise<void>
  assign(...subjects: readonly ObjectRef[]): Promise<void>
  unassign(...subjects: readonly ObjectRef[]): Promise<void>
  /** Changes the row of the app: its state, its live revision. */
  setApp(values: Readonly<Record<string, unknown>>): Promise<void>
  /** Rows of a statement about this app: $1 is the organization, $2 the app. */
  rows<Row>(text: string): Promise<readonly Row[]>
}

export type EngineOptions = {
  readonly rules?: Partial<ProvisioningRules>
  readonly settings?: Partial<AppSettings>
  readonly profile?: TargetProfileInput
  readonly quirks?: Partial<FakeQuirks>
  /** Settings of the instance, by the names of their variables. */
  readonly instance?: Readonly<Record<string, string>>
  /** In the place of the fake server. */
  readonly target?: Target
  /** A server behind a wire, in the place of the fake one. */
  readonly remote?: { readonly url: string; readonly token: string; readonly send: TargetParts['send'] }
  /** A directory over LDAP, in the place of the fake one. */
  readonly directory?: { readonly target: LdapTargetSettings; readonly credentials: TargetCredentials }
}

const roundsMax = 200

/** Requests are as far apart as they must be, and nobody waits for it. When the set clock is moved, it moves too. */
export function createLeapingStopwatch(clock: () => Date): Stopwatch {
  let leaptMs = 0
  return {
    nowMs: () => performance.now() + leaptMs + clock().getTime(),
    sleep: (milliseconds) => {
      leaptMs += milliseconds
      return Promise.resolve()
    },
  }
}

export async function createEngineHarness(options: EngineOptions = {}): Promise<EngineHarness> {
  const { instance } = options
  const fake = createFakeTarget({ now: () => server.clock().getTime(), ...options })
  const { remote, directory } = options
  const send = remote?.send ?? inProcess(fake)
  const allow = directory === undefined ? [] : outboundAllow
  const outboundConnections = { ...createOutboundConnections({ allow }), send }
  const server: TestProvisioning = await createTestProvisioning({
    outboundConnections,
    ...(instance !== undefined && { settings: instance }),
  })
  const { database, clock } = server
  const { encryption } = server.application.parts
  const tenant = await server.createTenant('acme')
  const organizationId = tenant.organization.id
  const app = await createTestApp({ database, encryption }, server.call(), {
    organizationId,
    name: 'Target',
    url: remote?.url ?? fake.baseUrl,
    target: { profile: { readLagMs: 0, requestsPerSecondMax: 100_000, permitsMax: 32, ...options.profile } },
    credentials: { kind: 'bearer', token: remote?.token ?? fake.token },
    ...(directory !== undefined && { directory: directory.target, credentials: directory.credentials }),
    ...(options.rules !== undefined && { rules: options.rules }),
    ...(options.settings !== undefined && { settings: options.settings }),
  })
  // As fast as it goes: how the pace is found has tests of its own.
  await query(server, setPace, [organizationId, app.id])
  const rules = createRulesCache()
  const faults: unknown[] = []
  const never = new AbortController().signal
  const openEngine = (owner: string): Engine =>
    createEngine({
      database,
      clock,
      encryption,
      rules,
      owner,
      stopwatch: createLeapingStopwatch(clock),
      openTarget: (app, onAnswer, compiled) =>
        options.target ?? openTarget(app, { outboundConnections, clock, onAnswer, rules: compiled }),
      onFault: (error) => faults.push(error),
    })
  const engine = openEngine('test')

  const pump = async (): Promise<number> => {
    const woken = await queueDueWakeUps(database, { now: clock(), rowsMax: 1_000 })
    return woken + (await pumpChanges(database, { findRules: rules.find, clock }))
  }
  const tick = async (): Promise<number> => {
    const heard = await pump()
    await engine.turn(never)
    await engine.idle()
    return heard
  }
  const settle = async (): Promise<void> => {
    for (let round = 0; round < roundsMax; round++) {
      const heard = await tick()
      if (faults.length > 0) throw new AggregateError(faults, `The engine met an error: ${String(faults[0])}`)
      if (heard === 0 && !(await hasWork(server, organizationId, app.id))) return
    }
    const open = await query(server, 'select * from work_items', [])
    throw new Error(`The engine did not come to rest in ${roundsMax} rounds: ${JSON.stringify(open)}`)
  }

  return {
    server,
    tenant,
    organizationId,
    appId: app.id,
    fake,
    engine,
    faults,
    openEngine,
    settle,
    tick,
    pass: (milliseconds) => {
      clock.advance(milliseconds)
      return settle()
    },
    createPerson: async (userName, attributes = {}) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
      const { body, status, text } = await tenant.scim('POST', '/Users', { schemas, userName, ...attributes })
      if (status !== 201) throw new Error(text)
      const [row] = await query<{ id: string }>(server, 'select id from users where scim_id = $1', [body.id])
      return row?.id ?? ''
    },
    patchPerson: async (id, operations) => {
      const [row] = await query<{ scimId: string }>(server, 'select scim_id as "scimId" from users where id = $1', [id])
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
      const { status, text } = await tenant.scim('PATCH', `/Users/${row?.scimId}`, { schemas, Operations: operations })
      if (status !== 200) throw new Error(text)
    },
    assign: async (...subjects) => {
      await assign(database, server.call(), { organizationId, appId: app.id, subjects })
    },
    unassign: async (...subjects) => {
      await unassign(database, server.call(), { organizationId, appId: app.id, subjects })
    },
    setApp: async (values) => {
      const sets = Object.keys(values).map((name, index) => `${name} = $${index + 3}`)
      const text = `update apps set ${sets.join(', ')}, version = version + 1 where organization_id = $1 and id = $2`
      await query(server, text, [organizationId, app.id, ...Object.values(values)])
    },
    rows: (text) => query(server, text, [organizationId, app.id]),
    [Symbol.asyncDispose]: async () => {
      await engine.close()
      await server.close()
    },
  }
}

const setPace = `insert into app_pace (organization_id, app_id, rate, changed_at) values ($1, $2, 100000, now())`

async function hasWork({ database, clock }: TestProvisioning, organizationId: string, appId: string): Promise<boolean> {
  const { rows } = await database.query<{ found: boolean }>(
    {
      text: `select exists (select from apps where organization_id = $1 and id = $2 and state in ('active', 'stopping')) and (exists (
          select from work_items where organization_id = $1 and app_id = $2 and stage not in ('held', 'reference')
            and due_at <= $3 and not exists (select from app_health where app_id = $2 and health = 'quarantined')
        ) or exists (select from cycles where organization_id = $1 and app_id = $2 and ended_at is null
            and not exists (select from work_items w where w.organization_id = $1 and w.app_id = $2 and w.due_at > $3))) as found`,
    },
    [organizationId, appId, clock()],
  )
  return rows[0]?.found === true
}

async function query<Row>(
  { database }: TestProvisioning,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  const { rows } = await database.query<Row>({ text }, values)
  return rows
}

import { formatTypeId, idPrefixes, listRouteIds, routes, type Route, type RouteId } from '@rollcall/admin-api'
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAuditStream } from '../../src/access/audit-streams.ts'
import { createRoleMapping } from '../../src/access/role-mappings.ts'
import { createRole } from '../../src/access/roles.ts'
import { queueRecount } from '../../src/access/recount.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { sealAll } from '../harness/seal-audit.ts'
import { createSavedView } from '../../src/access/saved-views.ts'
import { createServiceAccount } from '../../src/access/service-accounts.ts'
import { createTransmitter } from '../../src/sign-in/signals/transmitters.ts'
import { createLink } from '../../src/onboarding/customer-links.ts'
import { createStream } from '../../src/events/streams.ts'
import { batchDelayMs } from '../../src/audit/request-log.ts'
import { insertNotice } from '../../src/db/queries/notices.ts'
import { testWebhook } from '../../src/events/deliveries.ts'
import { readEvents } from '../../src/events/read-events.ts'
import { openVault } from '../../src/events/webhook-secret.ts'
import { createWebhook } from '../../src/events/webhooks.ts'
import { scimPrefixes } from '../../src/http/scim/mounts.ts'
import { insertSignInFailure } from '../../src/db/queries/saml-exchange.ts'
import { insertMail } from '../../src/db/queries/mails.ts'
import { startSignInTest } from '../../src/sign-in/sign-in-tests.ts'
import { createSamlProvider } from '../../src/sign-in/saml/manage.ts'
import { createId } from '../../src/type-id.ts'
import { simpleSourceRules } from '../sources/source-harness.ts'
import { createPair, metadataOf } from '../sign-in/saml-provider.ts'
import { fillApp } from './fill-app.ts'
import { fillSource } from './fill-source.ts'
import { fillTeams } from './fill-teams.ts'
import {
  createTestProvisioning,
  scimInit,
  type ScimAnswer,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'

// Everything of `theirs` is asked for with keys of `mine`; each answer must be the one for a thing that does not exist.
let server: TestProvisioning
let mine: TestTenant
let theirs: TestTenant
let adminKey: string
/** Ids of what the other organization has, by the parameter of a route that takes it. */
let foreign: Readonly<Record<string, string>>
/** SCIM ids of what the other organization has, by endpoint. */
let resources: readonly (readonly [endpoint: string, id: string])[]

before(async () => {
  server = await createTestProvisioning()
  mine = await server.createTenant('mine')
  theirs = await server.createTenant('theirs')
  adminKey = (await mine.createKey({ scopes: ['admin:enterprise'] })).secret
  foreign = await fill(theirs)
  resources = await provision(theirs)
})
after(() => server.close())

test('CON-M1: every route of the admin API answers 404 for another organization, by its id and by its slug', async () => {
  for (const [id, route] of listOrganizationRoutes())
    for (const reference of [foreign['organization'], 'theirs', theirs.organization.id]) {
      const answer = await ask(id, route, { ...foreign, organization: reference ?? '' })
      assert.equal(answer.status, 404, `${id}: ${answer.status} ${answer.text}`)
      const absent = await ask(id, route, { ...foreign, organization: 'nobody-has-this' })
      assert.deepEqual(withoutPlace(answer), withoutPlace(absent), id)
    }
})

test('CON-D11: every route of the admin API answers 404 for a thing of another organization under one’s own', async () => {
  let asked = 0
  for (const [id, route] of listOrganizationRoutes()) {
    const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
    if (names.length < 2) continue
    const answer = await ask(id, route, { ...foreign, organization: 'mine' })
    assert.equal(answer.status, 404, `${id}: ${answer.status} ${answer.text}`)
    const absent = await ask(id, route, absentIds())
    assert.deepEqual(withoutPlace(answer), withoutPlace(absent), id)
    asked++
  }
  assert.ok(asked >= 10, `only ${asked} routes have a second parameter`)
})

test('lists of the admin API show nothing of another organization', async () => {
  for (const [id, route] of listOrganizationRoutes()) {
    // Lists within a thing are asked for above, by that thing of the other organization.
    if (!id.startsWith('list') || route.path.split('{').length > 2) continue
    const answer = await ask(id, route, { organization: 'mine' })
    assert.equal(answer.status, 200, id)
    for (const text of Object.values(foreign)) assert.ok(!answer.text.includes(text), `${id} shows ${text}`)
  }
})

test('TRAP-A22: every SCIM route answers for another organization’s id as for one that nobody has', async () => {
  for (const prefix of scimPrefixes.map((each) => each.replace(':slug', 'mine')))
    for (const [endpoint, id] of resources)
      for (const [method, body] of resourceMethods) {
        const send = (asked: string) =>
          server.send(`${prefix}${endpoint}/${asked}`, scimInit(method, { key: mine.key, body: body(endpoint) }))
        const answer = await send(id)
        const nobody = '00000000-0000-7000-8000-000000000000'
        assert.equal(answer.status, 404, `${method} ${prefix}${endpoint}: ${answer.text}`)
        assert.equal(answer.text.replaceAll(id, 'ID'), (await send(nobody)).text.replaceAll(nobody, 'ID'))
      }
})

test('lists, filters, searches and root searches find nothing of another organization', async () => {
  const searchOf = (filter: string) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], filter })
  for (const [endpoint, id] of resources) {
    const filters = [`id eq "${id}"`, 'meta.created pr', ...(endpoint === '/Groups' ? [] : ['id pr'])]
    for (const filter of filters) {
      const answers = [
        await mine.scim('GET', `${endpoint}?filter=${encodeURIComponent(filter)}`),
        await mine.scim('POST', `${endpoint}/.search`, searchOf(filter)),
        await mine.scim('POST', '/.search', searchOf(filter)),
      ]
      for (const answer of answers) {
        assert.equal(answer.status, 200, answer.text)
        assert.equal(answer.body.totalResults, 0)
      }
    }
  }
})

test('nothing of another organization can be named: as a member, by bulk, by filter on members or groups', async () => {
  const [user = '', group = ''] = ['/Users', '/Groups'].map(
    (endpoint) => resources.find(([name]) => name === endpoint)?.[1],
  )
  const groupOf = (...members: readonly string[]) => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'mine',
    members: members.map((value) => ({ value })),
  })
  for (const id of [user, group]) {
    const nobody = createId()
    const answer = await mine.scim('POST', '/Groups', groupOf(id))
    assert.equal(answer.status, 400, answer.text)
    assert.equal(
      answer.text.replaceAll(id, 'ID'),
      (await mine.scim('POST', '/Groups', groupOf(nobody))).text.replaceAll(nobody, 'ID'),
    )
  }
  const own = await mine.scim('POST', '/Groups', groupOf())
  const add = { op: 'add', path: 'members', value: [{ value: user }] }
  assert.equal((await mine.scim('PATCH', `/Groups/${own.body.id}`, patchOf(add))).status, 400)
  const bulk = await mine.scim('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'DELETE', path: `/Users/${user}` },
      { method: 'PATCH', path: `/Groups/${group}`, data: patchOf(add) },
    ],
  })
  assert.match(bulk.text, /"status":"404".*"status":"404"/)
  for (const filter of [`members.value eq "${user}"`, `members[value eq "${user}"]`])
    assert.equal((await mine.scim('GET', `/Groups?filter=${encodeURIComponent(filter)}`)).body.totalResults, 0)
  assert.equal(
    (await mine.scim('GET', `/Users?filter=${encodeURIComponent(`groups.value eq "${group}"`)}`)).body.totalResults,
    0,
  )
  await mine.scim('DELETE', `/Groups/${own.body.id}`)
})

test('a cursor of another organization is refused', async () => {
  await theirs.scim('POST', '/Users', userOf('second'))
  const page = await theirs.scim('GET', '/Users?cursor&count=1')
  const cursor = /"nextCursor":"([^"]+)"/.exec(page.text)?.[1]
  assert.ok(cursor !== undefined, page.text)
  assert.equal((await theirs.scim('GET', `/Users?cursor=${cursor}&count=1`)).status, 200)
  const answer = await mine.scim('GET', `/Users?cursor=${cursor}&count=1`)
  assert.deepEqual([answer.status, answer.body.scimType], [400, 'invalidCursor'])
})

test('after all of this the other organization is as it was', async () => {
  for (const [endpoint, id] of resources) {
    const answer = await theirs.scim('GET', `${endpoint}/${id}`)
    assert.equal(answer.status, 200, endpoint)
    assert.equal(answer.headers.get('etag'), etags.get(id), endpoint)
  }
})

const etags = new Map<string, string | null>()
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})
const userOf = (userName: string) => ({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName })

function listOrganizationRoutes(): readonly (readonly [RouteId, Route])[] {
  return listRouteIds()
    .map((id) => [id, routes[id]] as const)
    .filter(([, route]) => route.path.includes('{organization}'))
}

/** Bodies that a route accepts; a route that takes one and is not listed here fails the test. */
const bodies: Partial<Record<RouteId, object>> = {
  updateOrganization: { name: 'x' },
  inviteOwner: { email: 'x@example.com' },
  createConnection: { type: 'scim' },
  updateConnection: { name: 'x' },
  createKey: { scopes: ['scim'] },
  rotateKey: { overlapSeconds: 1 },
  previewKey: { scopes: ['scim'] },
  createApiKey: { name: 'x' },
  testConnection: { key: 'rc_scm_x' },
  rotateConnection: { overlapSeconds: 1 },
  handOverConnection: { owner: null },
  changeOrganizationPlan: { plan: 'pro' },
  createPerson: { attributes: { userName: 'x' } },
  updatePerson: { attributes: { title: 'x' } },
  suspendPerson: {},
  reactivatePerson: {},
  activatePerson: {},
  restorePerson: {},
  beginOverrides: { attributes: ['title'], reason: 'x', until: '2099-01-01T00:00:00Z' },
  resetPersonFactors: {},
  handOverPerson: { to: 'usr_01h4zpwq00e008000000000000' },
  previewAdoption: { users: [{ userName: 'x' }] },
  createSetupLink: { purpose: 'scim', provider: 'okta' },
  dismissNeed: { code: 'mailNotConfigured', reason: 'x' },
  undoDismissal: { code: 'mailNotConfigured' },
  createDomain: { domain: 'example.com' },
  createWebhook: { url: 'https://192.0.32.10/' },
  updateWebhook: { name: 'x' },
  recoverWebhook: { since: '2026-01-01T00:00:00Z' },
  replayWebhook: { since: '2026-01-01T00:00:00Z' },
  createEventStream: {},
  createTransmitter: { issuer: 'https://idp.example.com', jwksUrl: 'https://idp.example.com/keys' },
  updateTransmitter: { name: 'x' },
  updateEventStream: { description: 'x' },
  enableScim: {},
  disableScim: {},
  decommissionConnection: { people: 'keep', teams: 'keep' },
  migrateConnection: {},
  importLinks: { links: [{ accountId: 'usr_01h4zpwq00e008000000000000', externalId: 'x' }] },
  createServiceAccount: { name: 'x' },
  updateAuditRetention: { daysMax: 30 },
  createAuditStream: { kind: 'http', name: 'x', settings: { url: 'https://siem.example' } },
  updateAuditStream: { name: 'x' },
  createRole: { name: 'x', permissions: [] },
  createRoleMapping: { group: 'x', role: 'auditor' },
  updateRoleMapping: { group: 'y' },
  previewRoleMappings: {},
  updateRoleMappingSettings: { mode: 'off' },
  updateRole: { name: 'x' },
  grantRole: { user: formatTypeId('usr', createId()) },
  revokeRole: { user: formatTypeId('usr', createId()) },
  sendTestMail: { to: 'ada@acme.example' },
  updateServiceAccount: { state: 'disabled' },
  createTeam: { name: 'x' },
  updateTeam: { name: 'x' },
  addTeamMembers: { members: ['usr_01h4zpwq00e008000000000000'] },
  setTeamRule: { scope: { groups: [] } },
  previewTeamRule: { scope: { groups: [] } },
  setTeamRuleException: { userId: 'usr_01h4zpwq00e008000000000000', kind: 'always', reason: 'x' },
  updateTeamMember: { until: '2099-01-01' },
  addMaintainer: { userId: 'usr_01h4zpwq00e008000000000000' },
  linkTeam: { groupId: 'grp_01h4zpwq00e008000000000000' },
  addOrganizationMember: { userId: 'usr_01h4zpwq00e008000000000000' },
  updateTeamSettings: { seats: 1 },
  updatePersonSignIn: { methods: null },
  createIdentityProvider: { type: 'saml', saml: { metadataXml: '<x/>' } },
  updateIdentityProvider: { name: 'x' },
  rollOverIdentityProviderKeys: { step: 'publish' },
  enforceSingleSignOn: { enforced: true },
  updateSignInMappings: { roles: { enabled: false } },
  previewSignInMappings: { roles: {} },
  createSource: { name: 'x', place: { kind: 'file', format: 'jsonl' } },
  updateSource: { name: 'x' },
  pauseSource: {},
  saveSourceRules: { rules: simpleSourceRules },
  checkSourceRules: { rules: simpleSourceRules },
  restoreSourceRules: { revision: 1 },
  publishSourceRules: { revision: 1 },
  startSourceRead: {},
  beginSourceFile: { name: 'x' },
  completeSourceFile: { bytes: 0 },
  completeSourceSession: {},
  approveSourceRead: {},
  rejectSourceRead: {},
  applySourcePlan: {},
  rejectSourceOperations: { anchors: ['theirs-employee-1'] },
  rejectSourceTeams: { anchors: ['theirs-employee-1'] },
  decideSourceRecord: { anchor: 'theirs-employee-1', decision: 'ignore' },
  undoSourceDecision: { anchor: 'theirs-employee-1' },
  previewSourceSchedule: { schedule: { kind: 'none' } },
  cancelSourceUpcoming: { anchor: 'theirs-employee-1', kind: 'leave', reason: 'x' },
  confirmSourceWriteBacks: { before: '2026-11-26T09:00:00Z' },
  previewSourceRecord: { anchor: 'theirs-employee-1' },
  qualifyApp: {},
  reconcileApp: {},
  createApp: { name: 'x', target: { kind: 'scim', baseUrl: 'https://app.example/scim' } },
  updateApp: { name: 'x' },
  pauseApp: {},
  provisionNow: { subjects: ['usr_01h4zpwq00e008000000000000'] },
  actOnPeople: { act: 'suspend', people: { ids: ['usr_01h4zpwq00e008000000000000'] } },
  provisionMany: { subjects: ['usr_01h4zpwq00e008000000000000'] },
  createAppPlan: {},
  excludeFromAppPlan: { operations: ['delete'] },
  includeInAppPlan: { operations: ['delete'] },
  previewApp: { object: 'usr_01h4zpwq00e008000000000000' },
  approveAppHold: {},
  rejectAppHold: { outcome: 'ignore' },
  pauseAppGate: { reason: 'x', until: '2026-11-22T00:00:00.000Z' },
  retryAppEscrow: {},
  saveAppRules: { rules: simpleRules },
  restoreAppRules: { revision: 1 },
  publishAppRules: { revision: 1 },
  checkAppRules: { rules: simpleRules },
  sampleAppRules: {},
  countAppRules: { rules: simpleRules },
  importAppRules: { text: JSON.stringify(simpleRules), format: 'json' },
  assignToApp: { subjects: ['usr_01h4zpwq00e008000000000000'] },
  unassignFromApp: { subjects: ['usr_01h4zpwq00e008000000000000'] },
  updateAppTeam: { isPaused: true },
  linkAppTeam: { group: { id: 'x' } },
  unlinkAppTeam: { group: 'leave' },
  createSavedView: { screen: 'audit', name: 'Failures', search: { q: 'result:failure' }, isShared: true },
  registerSchema: {
    schema: { id: 'urn:example:Badge', name: 'Badge', attributes: [{ name: 'number' }] },
    use: { kind: 'extension', resourceType: 'User' },
  },
}

/** What a route must be asked with. */
const queries: Partial<Record<RouteId, string>> = {
  addSourceFilePart: '?fromByte=0',
  previewConnectionRun: '?action=migrate',
  getAppWhy: '?object=usr_01h4zpwq00e008000000000000',
  whyEverywhere: '?object=usr_01h4zpwq00e008000000000000',
}

function ask(id: RouteId, route: Route, params: Readonly<Record<string, string>>): Promise<ScimAnswer> {
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    assert.ok(params[name] !== undefined, `${id}: the test knows nothing for {${name}}`)
    return params[name]
  })
  assert.ok(route.body === null || bodies[id] !== undefined, `${id}: the test knows no body`)
  return server.send(path + (queries[id] ?? ''), {
    method: route.method,
    headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
    ...(route.body === null ? {} : { body: JSON.stringify(bodies[id]) }),
  })
}

/** A problem but for what names the request: its path and its id. */
function withoutPlace(answer: ScimAnswer): object {
  return { ...answer.body, instance: undefined, requestId: undefined }
}

function absentIds(): Readonly<Record<string, string>> {
  const ids = Object.entries(idPrefixes).map(([name, prefix]) => [name, formatTypeId(prefix, createId())])
  const own = {
    person: formatTypeId('usr', createId()),
    connectionRun: formatTypeId('run', createId()),
    member: formatTypeId('usr', createId()),
    object: formatTypeId('usr', createId()),
    anchor: 'nobody-of-this-name',
  }
  return { ...Object.fromEntries(ids), ...own, organization: 'mine' }
}

async function fillWebhook(organizationId: string): Promise<Readonly<Record<string, string>>> {
  const { database, encryption, outboundSender: sender } = server.application.parts
  const vault = await openVault(database, encryption, server.clock())
  const command = { name: 'theirs', url: 'https://192.0.32.10/', types: [], format: 'standard' } as const
  const { webhook } = await createWebhook({ database, vault, sender }, server.call(), { organizationId, command })
  const delivery = await testWebhook(database, server.call(), { organizationId, webhookId: webhook.id })
  return { webhook: formatTypeId('whk', webhook.id), delivery: formatTypeId('dlv', delivery.id) }
}

async function fillView(organizationId: string): Promise<Readonly<Record<string, string>>> {
  const command = { screen: 'audit', name: 'theirs', search: {}, isShared: true } as const
  const view = await createSavedView(server.database, server.call(), { organizationId, userId: null, command })
  return { savedView: formatTypeId('view', view.id) }
}

async function firstEvent(organizationId: string): Promise<string> {
  const query = { organizationId, after: undefined, since: undefined, types: [], limit: 1 }
  return (await readEvents(server.database, query)).events[0]?.id ?? ''
}

async function fill(tenant: TestTenant): Promise<Readonly<Record<string, string>>> {
  const organizationId = tenant.organization.id
  const { key } = await tenant.createKey()
  const { connection } = await tenant.createConnection()
  const account = await createServiceAccount(server.database, server.call(), { organizationId, name: 'theirs' })
  const command = { name: 'theirs', permissions: ['people:read'] }
  const role = await createRole(server.database, server.call(), { organizationId, command })
  const mapped = { groupName: 'theirs', role: role.id }
  const roleMapping = await createRoleMapping(server.database, server.call(), { organizationId, command: mapped })
  const hold = createId()
  const run = await queueRecount(server.database, server.call(), organizationId)
  await server.database.query(
    {
      text: `insert into holds (organization_id, id, connection_id, state, threshold, opened_at)
        values ($1, $2, $3, 'open', 50, $4)`,
    },
    [organizationId, hold, connection.id, server.clock()],
  )
  const connectionRun = createId()
  await server.database.query(
    {
      text: `insert into connection_runs (organization_id, id, connection_id, action, people, teams, state, started_at, started_by)
        values ($1, $2, $3, 'migrate', 'reset', 'empty', 'done', $4, 'test')`,
    },
    [organizationId, connectionRun, connection.id, server.clock()],
  )
  await tenant.scim('POST', '/Users', userOf('invited@theirs.example'))
  const { rows: invitations } = await server.database.query<{ id: string }>(
    { text: 'select id from invitation_dues where organization_id = $1' },
    [organizationId],
  )
  const mail = createId()
  await insertMail(server.database, {
    organizationId,
    id: mail,
    template: 'test',
    recipient: 'theirs@theirs.example',
    locale: 'en',
    data: {},
    at: server.clock(),
  })
  const notice = createId()
  await insertNotice(server.database, {
    organizationId,
    id: notice,
    kind: 'keyExpired',
    keyId: key.id,
    occasion: '0',
    data: {},
    createdAt: server.clock(),
  })
  await tenant.scim('GET', '/Users')
  await sleep(batchDelayMs * 3)
  const stream = await createAuditStream(server.application.parts, server.call(), {
    organizationId,
    command: {
      ...{ name: 'theirs', kind: 'http', format: 'rollcall', query: '' },
      settings: { url: 'https://theirs.example' },
      secret: undefined,
      fromBeginning: false,
    } as const,
  })
  await sealAll(server)
  const { rows: events } = await server.database.query<{ id: string }>(
    { text: 'select id from audit_events where organization_id = $1' },
    [organizationId],
  )
  const { rows } = await server.database.query<{ id: string }>(
    { text: 'select id from request_log where organization_id = $1' },
    [organizationId],
  )
  return {
    organization: formatTypeId('org', organizationId),
    connection: formatTypeId('con', connection.id),
    key: formatTypeId('key', key.id),
    serviceAccount: formatTypeId('sa', account.id),
    request: formatTypeId('req', rows[0]?.id ?? ''),
    hold: formatTypeId('hold', hold),
    ...(await fillPerson(organizationId)),
    ...(await fillTeams(server, tenant)),
    role: formatTypeId('role', role.id),
    roleMapping: formatTypeId('rmap', roleMapping.id),
    ...(await fillIdentityProvider(organizationId)),
    connectionRun: formatTypeId('run', connectionRun),
    invitation: formatTypeId('inv', invitations[0]?.id ?? ''),
    mail: formatTypeId('mail', mail),
    event: await firstEvent(organizationId),
    ...(await fillWebhook(organizationId)),
    ...(await fillView(organizationId)),
    eventStream: await fillEventStream(organizationId),
    transmitter: await fillTransmitter(organizationId),
    setupLink: await fillSetupLink(organizationId),
    run: formatTypeId('run', run.id),
    notice: formatTypeId('note', notice),
    ...(await fillApp(server, tenant)),
    ...(await fillSource(server, tenant)),
    auditStream: formatTypeId('ast', stream.id),
    auditEvent: formatTypeId('aud', events[0]?.id ?? ''),
  }
}

async function fillIdentityProvider(organizationId: string) {
  const { certificate } = await createPair()
  const request = {
    organizationId,
    name: undefined,
    preset: undefined,
    command: { metadataXml: metadataOf([certificate]) },
  }
  const { id: providerId } = await createSamlProvider(server.application.parts, server.call(), request)
  const failure = createId()
  await insertSignInFailure(server.database, {
    organizationId,
    id: failure,
    providerId,
    at: server.clock(),
    code: 'expired',
    detail: '',
    exchange: {},
    requestId: null,
  })
  const test = await startSignInTest(server.database, server.call(), { organizationId, providerId })
  return {
    identityProvider: formatTypeId('idp', providerId),
    signInFailure: formatTypeId('sif', failure),
    signInTest: formatTypeId('sit', test.id),
  }
}

async function fillTransmitter(organizationId: string) {
  const command = { issuer: 'https://idp.example.com', jwksUrl: 'https://idp.example.com/keys' }
  const request = { organizationId, command, audiencesOf: () => ['us'] }
  return formatTypeId('trm', (await createTransmitter(server.application.parts, server.call(), request)).id)
}

async function fillSetupLink(organizationId: string) {
  const command = { purpose: 'scim', provider: 'okta' } as const
  return formatTypeId('slnk', (await createLink(server.database, server.call(), { organizationId, command })).id)
}

async function fillEventStream(organizationId: string) {
  const command = { issuer: 'https://rollcall.test', ownerId: null }
  const { id } = await createStream(server.application.parts, server.call(), { organizationId, command })
  return formatTypeId('evs', id)
}

/** A person with an override, and a domain. */
async function fillPerson(organizationId: string) {
  const { rows } = await server.database.query<{ id: string }>(
    { text: 'select id from users where organization_id = $1' },
    [organizationId],
  )
  const [override, domain, session] = [createId(), createId(), createId()]
  await server.database.query(
    {
      text: `insert into attribute_overrides
          (organization_id, id, user_id, attribute, reason, created_by, created_at, expires_at)
        values ($1, $2, $3, 'title', 'x', 'test', $4, $4::timestamptz + interval '1 year')`,
    },
    [organizationId, override, rows[0]?.id, server.clock()],
  )
  await server.database.query(
    {
      text: `insert into domains (organization_id, id, domain, token, created_by, created_at)
        values ($1, $2, 'theirs.example', 'x', 'test', $3)`,
    },
    [organizationId, domain, server.clock()],
  )
  await server.database.query(
    {
      text: `insert into sessions
          (organization_id, id, user_id, hash, method, factors, started_at, proved_at, last_seen_at, expires_at)
        values ($1, $2, $3, 'x', 'password', '{password}', $4, $4, $4, $4::timestamptz + interval '1 year')`,
    },
    [organizationId, session, rows[0]?.id, server.clock()],
  )
  return {
    session: formatTypeId('ses', session),
    person: formatTypeId('usr', rows[0]?.id ?? ''),
    override: formatTypeId('ovr', override),
    domain: formatTypeId('dom', domain),
  }
}

async function provision(tenant: TestTenant): Promise<typeof resources> {
  const user = await tenant.scim('POST', '/Users', userOf('theirs'))
  const members = [{ value: user.body.id }]
  const group = await tenant.scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'theirs',
    members,
  })
  for (const { status, body, headers } of [user, group]) {
    assert.equal(status, 201)
    etags.set(body.id, headers.get('etag'))
  }
  return [
    ['/Users', user.body.id],
    ['/Groups', group.body.id],
  ]
}

const resourceMethods: readonly (readonly [string, (endpoint: string) => unknown])[] = [
  ['GET', () => undefined],
  [
    'PUT',
    (endpoint) =>
      endpoint === '/Users'
        ? userOf('taken-over')
        : { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'taken over' },
  ],
  ['PATCH', () => patchOf({ op: 'replace', path: 'externalId', value: 'x' })],
  ['DELETE', () => undefined],
]

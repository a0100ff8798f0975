import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type LdapTargetSettings, type ProvisioningRules, provisioningRules } from '@rollcall/admin-api'
import { createLdapConnections } from '../../src/ldap/connections.ts'
import type { LdapEntry } from '../../src/ldap/entry.ts'
import type { LdapSession } from '../../src/ldap/session.ts'
import { createGuard } from '../../src/outbound-guard.ts'
import { openLdap } from '../../src/provisioning/presets/ldap.ts'
import { fakeCertificate } from '../ldap/fake-server/fake-server.ts'
import { createEngineHarness, type EngineHarness } from '../provisioning/engine-harness.ts'
import { outboundAllow } from '../provisioning/fake-target/open-fake.ts'
import { type Slapd, slapdBase, slapdRoot, slapdSeed, startSlapd } from './slapd.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const userSchemas = ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise]
const peopleOf = `ou=People,${slapdBase}`
const groupsOf = `ou=Groups,${slapdBase}`
const hourMs = 3_600_000

const rules = provisioningRules.parse({
  ...openLdap.rules,
  assignment: 'everyone',
  users: {
    ...openLdap.rules.users,
    mappings: [
      ...openLdap.rules.users.mappings,
      {
        target: 'parentDistinguishedName',
        kind: 'expression',
        expression: `Switch([city], "${peopleOf}", "Berlin", "ou=Berlin,${slapdBase}")`,
      },
    ],
    leaving: { policy: 'disable' },
  },
})

export type Scene = {
  readonly slapd: Slapd
  readonly harness: EngineHarness
  read<Value>(act: (session: LdapSession) => Promise<Value>): Promise<Value>
}

export async function open(
  context: TestContext,
  profile: LdapTargetSettings['profile'] = {},
  users: Partial<ProvisioningRules['users']> = {},
): Promise<Scene | undefined> {
  const slapd = await startSlapd(slapdSeed)
  if ('missing' in slapd) {
    context.skip(slapd.missing)
    return undefined
  }
  context.after(() => slapd[Symbol.asyncDispose]())
  context.diagnostic(`slapd ${slapd.version}`)
  const target: LdapTargetSettings = {
    kind: 'ldap',
    flavour: 'openldap',
    baseUrl: slapd.url,
    startTls: false,
    ca: fakeCertificate,
    baseDn: slapdBase,
    usersDn: peopleOf,
    groupsDn: groupsOf,
    profile: { requestsPerSecondMax: 100_000, ...profile },
  }
  const gate = {
    kind: 'rolling',
    windowMs: 86_400_000,
    share: 1,
    min: 10_000,
    max: 10_000,
    holdLapsesMs: hourMs,
  } as const
  const harness = await createEngineHarness({
    rules: { ...rules, users: { ...rules.users, ...users } },
    directory: { target, credentials: { kind: 'ldap', ...slapdRoot } },
    settings: { overrides: { gate } },
  })
  context.after(() => harness[Symbol.asyncDispose]())
  const connections = createLdapConnections(createGuard({ allow: outboundAllow }))
  context.after(() => connections.close())
  // Looked at over StartTLS: the target goes by ldaps.
  const server = { url: slapd.startTlsUrl, startTls: true, ca: fakeCertificate, bind: slapdRoot }
  return { slapd, harness, read: (act) => connections.use(server, { timeoutMs: 20_000 }, act) }
}

export function findAll({ read }: Scene, attribute: string, value: string): Promise<readonly LdapEntry[]> {
  return read((session) =>
    session.search({
      base: slapdBase,
      scope: 'sub',
      filter: { kind: 'equal', attribute, value },
      attributes: ['*', 'entryUUID', 'pwdAccountLockedTime'],
    }),
  )
}

export async function findOne(scene: Scene, attribute: string, value: string): Promise<LdapEntry> {
  const [entry, ...others] = await findAll(scene, attribute, value)
  assert.ok(entry !== undefined && others.length === 0, `${attribute}=${value}: ${others.length + (entry ? 1 : 0)}`)
  return entry
}

export function newPerson(number: number, more: object = {}): object {
  return {
    schemas: userSchemas,
    userName: `person${number}@acme.test`,
    externalId: `ext-${number}`,
    displayName: `Pérson, "Nr" ${number} + <#>`,
    name: { givenName: 'Pérson', familyName: `Nr ${number}` },
    emails: [{ value: `person${number}@acme.test`, type: 'work', primary: true }],
    title: 'Engineer',
    active: true,
    [enterprise]: { employeeNumber: `E${number}`, department: 'Sales' },
    ...more,
  }
}

export async function post({ harness }: Scene, path: string, body: object): Promise<string> {
  const answer = await harness.tenant.scim('POST', path, body)
  assert.equal(answer.status, 201, answer.text)
  return answer.body.id
}

export async function patch({ harness }: Scene, path: string, ...Operations: readonly object[]): Promise<void> {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  const answer = await harness.tenant.scim('PATCH', path, { schemas, Operations })
  assert.ok(answer.status < 300, answer.text)
}

/** Teams wait a while for accounts that are still made. */
export async function arrive({ harness }: Scene): Promise<void> {
  await harness.settle()
  await harness.pass(30_000)
}

export async function linksOf({ harness }: Scene): Promise<Readonly<Record<string, number>>> {
  const rows = await harness.rows<{ state: string; count: number }>(
    'select state, count(*)::int as count from links where organization_id = $1 and app_id = $2 group by state',
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

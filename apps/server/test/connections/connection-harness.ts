import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseTypeId } from '@rollcall/admin-api'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createPair, metadataOf } from '../sign-in/saml-provider.ts'
import { createAdminHarness, type AdminHarness, type Reply, type Send } from '../admin/admin-harness.ts'

const urns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
} as const

/** A connection with a key, and the requests of an identity provider. */
export type TestConnection = {
  readonly id: string
  readonly key: string
  /** Below the organization. */
  readonly at: string
  scim(method: string, resource: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>
  person(name: string): object
  /** The SCIM id. */
  create(name: string): Promise<string>
  group(name: string, members: readonly string[]): Promise<string>
  patch(id: string, value: object): Promise<Reply>
  find(userName: string): Promise<{ id: string; active: boolean; userName: string; externalId?: string }>
}

export type TestOrganization = {
  readonly id: string
  readonly slug: string
  /** A path below the organization. */
  send(method: string, path: string, options?: Send): Promise<Reply>
  connect(body?: object): Promise<TestConnection>
  /** Somebody who can switch SCIM off again. */
  builtInOwner(): Promise<void>
  /** SAML, which style github wants before SCIM; `saml` are its settings. */
  samlProvider(saml?: object): Promise<Reply>
}

export type ConnectionHarness = AsyncDisposable & {
  readonly admin: AdminHarness
  organization(slug: string): Promise<TestOrganization>
  /** Until every process knows of a change of settings. */
  settle(): Promise<void>
  /** Until the request log was written. */
  logged(): Promise<void>
  advance(milliseconds: number): void
  /** Of all accounts, by name: the connections that own them. */
  owners(organizationId: string): Promise<readonly (string | null)[]>
  actions(organizationId: string): Promise<readonly string[]>
}

export async function createConnectionHarness(): Promise<ConnectionHarness> {
  const admin = await createAdminHarness()
  const { database, clock } = admin.application
  const list = async <Row>(text: string, organizationId: string): Promise<readonly Row[]> => {
    const { rows } = await database.query<Row & object>({ text }, [parseTypeId('org', organizationId)])
    return rows
  }
  return {
    admin,
    settle: () => sleep(keyCacheMs + 20),
    logged: () => sleep(500),
    advance: (milliseconds) => clock.advance(milliseconds),
    owners: async (id) => {
      const text = 'select connection_id as owner from users where organization_id = $1 order by user_name_key'
      return (await list<{ owner: string | null }>(text, id)).map(({ owner }) => owner)
    },
    actions: async (id) => {
      const text = 'select action from changes where organization_id = $1 order by position'
      return (await list<{ action: string }>(text, id)).map(({ action }) => action)
    },
    organization: async (slug) => {
      const { id } = await admin.createOrganization(slug)
      const send: TestOrganization['send'] = (method, path, options) =>
        admin.send(method, `/api/v1/organizations/${slug}${path}`, options)
      const builtInOwner = async () => {
        const body = { attributes: { userName: 'root' }, builtIn: true, invite: false }
        const root = await send('POST', '/people', { body })
        const granted = await send('POST', '/roles/owner/grant', { body: { user: root.body.id } })
        assert.equal(granted.status, 200, JSON.stringify(granted.body))
      }
      const samlProvider = async (saml: object = {}) => {
        const metadataXml = metadataOf([(await createPair()).certificate])
        const made = await send('POST', '/identity-providers', {
          body: { type: 'saml', saml: { metadataXml, ...saml } },
        })
        assert.equal(made.status, 201, JSON.stringify(made.body))
        return made
      }
      return { id, slug, send, connect: (body = {}) => connect(admin, send, body), builtInOwner, samlProvider }
    },
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}

async function connect(admin: AdminHarness, send: TestOrganization['send'], body: object): Promise<TestConnection> {
  const made = await send('POST', '/connections', { body: { type: 'scim', ...body } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { id } = made.body
  const { key } = (await send('POST', '/keys', { body: { scopes: ['scim'], connection: id } })).body
  const scim: TestConnection['scim'] = (method, resource, sent, headers) =>
    admin.send(method, `/scim/v2${resource}`, { key, body: sent, headers: { 'user-agent': 'test', ...headers } })
  const person = (name: string) => ({
    schemas: [urns.user],
    userName: name,
    displayName: name,
    externalId: `ext-${name}`,
    active: true,
    name: { givenName: name, familyName: 'Test' },
    emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
  })
  const made201 = async (answer: Promise<Reply>): Promise<string> => {
    const { status, body: resource } = await answer
    assert.equal(status, 201, JSON.stringify(resource))
    return resource.id
  }
  return {
    id,
    key,
    at: `/connections/${id}`,
    scim,
    person,
    create: (name) => made201(scim('POST', '/Users', person(name))),
    group: (name, members) =>
      made201(
        scim('POST', '/Groups', {
          schemas: [urns.group],
          displayName: name,
          externalId: `ext-${name}`,
          members: members.map((value) => ({ value })),
        }),
      ),
    patch: (userId, value) =>
      scim('PATCH', `/Users/${userId}`, { schemas: [urns.patch], Operations: [{ op: 'replace', value }] }),
    find: async (userName) => {
      const filter = encodeURIComponent(`userName eq "${userName}"`)
      const { body: found } = await scim('GET', `/Users?filter=${filter}`)
      assert.equal(found.totalResults, 1, `${userName}: ${JSON.stringify(found)}`)
      return found.Resources[0]
    },
  }
}

import assert from 'node:assert/strict'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import type { TestApplicationOptions } from '../harness/application.ts'

export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** A source of people with a key of its own. */
export type Source = {
  readonly id: string
  scim(method: string, path: string, body?: unknown): Promise<Reply>
  /** The SCIM id of a new user. */
  user(userName: string, attributes?: object): Promise<string>
  group(displayName: string, members?: readonly string[]): Promise<string>
  patch(path: string, ...operations: readonly object[]): Promise<Reply>
}

export type Place = {
  readonly slug: string
  readonly path: string
  /** Below the organization, with the key of the instance. */
  api(method: string, path: string, body?: unknown, key?: string): Promise<Reply>
  source(connection?: object): Promise<Source>
  /** The account of a userName, whatever its state. */
  find(userName: string): Promise<Reply['body']>
  key(body: object): Promise<{ readonly id: string; readonly key: string }>
  /** Makes a person an administrator, so that its keys may do what their scopes say. */
  promote(person: string): Promise<void>
}

export type PeopleHarness = AdminHarness & { place(slug: string): Promise<Place> }

export async function createPeopleHarness(options: TestApplicationOptions = {}): Promise<PeopleHarness> {
  const admin = await createAdminHarness(options)
  return { ...admin, place: (slug) => createPlace(admin, slug) }
}

async function createPlace(admin: AdminHarness, slug: string): Promise<Place> {
  await admin.createOrganization(slug)
  const path = `/api/v1/organizations/${slug}`
  const api: Place['api'] = (method, rest, body, key) =>
    admin.send(method, path + rest, { ...(body !== undefined && { body }), ...(key !== undefined && { key }) })
  const key: Place['key'] = async (body) => {
    const made = await api('POST', '/keys', body)
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return made.body
  }
  const find: Place['find'] = async (userName) => {
    const query = `?state=pending,active,suspended,deprovisioned&search=${encodeURIComponent(userName)}`
    const { body } = await api('GET', `/people${query}`)
    const found = body.data.filter((person: { userName: string }) => person.userName === userName)
    assert.equal(found.length, 1, `${userName}: ${JSON.stringify(body.data)}`)
    return found[0]
  }
  const source: Place['source'] = async (connection = {}) => {
    const made = await api('POST', '/connections', { type: 'scim', ...connection })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const { key: secret } = await key({ scopes: ['scim'], connection: made.body.id })
    return createSource(admin, made.body.id, secret)
  }
  const promote: Place['promote'] = async (user) => {
    const granted = await api('POST', '/roles/admin/grant', { user })
    assert.equal(granted.status, 200, JSON.stringify(granted.body))
  }
  return { slug, path, api, source, find, key, promote }
}

function createSource(admin: AdminHarness, id: string, key: string): Source {
  const scim: Source['scim'] = (method, path, body) =>
    admin.send(method, `/scim/v2${path}`, {
      key,
      headers: { 'user-agent': 'test' },
      ...(body !== undefined && { body }),
    })
  return {
    id,
    scim,
    user: async (userName, attributes = {}) => {
      const made = await scim('POST', '/Users', toUser(userName, attributes))
      assert.equal(made.status, 201, JSON.stringify(made.body))
      return made.body.id
    },
    group: async (displayName, members = []) => {
      const body = {
        schemas: [groupUrn],
        displayName,
        externalId: displayName,
        members: members.map((value) => ({ value })),
      }
      const made = await scim('POST', '/Groups', body)
      assert.equal(made.status, 201, JSON.stringify(made.body))
      return made.body.id
    },
    patch: (path, ...Operations) => scim('PATCH', path, { schemas: [patchUrn], Operations }),
  }
}

/** What every style accepts. */
export function toUser(userName: string, attributes: object = {}): object {
  return {
    schemas: [userUrn, ...(enterpriseUrn in attributes ? [enterpriseUrn] : [])],
    userName,
    externalId: `x-${userName}`,
    displayName: `Name of ${userName}`,
    name: { givenName: 'Given', familyName: 'Family' },
    emails: [{ value: `${userName.replaceAll(/[^a-z0-9]/gi, '.')}@mail.example`, type: 'work', primary: true }],
    active: true,
    ...attributes,
  }
}

export const activate = (value: boolean) => ({ op: 'replace', path: 'active', value })

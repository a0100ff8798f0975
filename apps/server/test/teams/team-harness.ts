import assert from 'node:assert/strict'
import { jobs } from '../../src/jobs.ts'
import { createAdminHarness, type AdminHarness, type Reply, type Send } from '../admin/admin-harness.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0'

/** An organization whose teams are looked at from all sides: SCIM, the admin API, the command line's API. */
export type TeamHarness = AsyncDisposable & {
  readonly admin: AdminHarness
  /** A key with every scope in the organization. */
  readonly key: string
  readonly connectionId: string
  api(method: string, path: string, options?: Send): Promise<Reply>
  scim(method: string, path: string, body?: unknown): Promise<Reply>
  /** A person by SCIM; both of their ids. */
  person(name: string): Promise<Person>
  /** A group by SCIM; its id there. */
  group(displayName: string, members?: readonly Person[]): Promise<string>
  setActive(person: Person, active: boolean): Promise<void>
  patchGroup(id: string, op: 'add' | 'remove', ...members: readonly Person[]): Promise<Reply>
  /** What GET of the team shows. */
  team(id: string): Promise<Reply['body']>
  teamByName(name: string): Promise<Reply['body']>
  /** Names of who is in it. */
  names(teamId: string, query?: string): Promise<readonly string[]>
  /** Names of who belongs to the organization, with how. */
  belonging(): Promise<readonly string[]>
  runJob(name: string): Promise<void>
}

export type Person = { readonly scimId: string; readonly id: string; readonly name: string }

export async function createTeamHarness(style: string, slug = 'acme'): Promise<TeamHarness> {
  const admin = await createAdminHarness()
  return joinOrganization(admin, style, slug)
}

export async function joinOrganization(admin: AdminHarness, style: string, slug: string): Promise<TeamHarness> {
  const { key } = await admin.createOrganization(slug)
  const path = `/api/v1/organizations/${slug}`
  const api: TeamHarness['api'] = (method, rest, options) => admin.send(method, `${path}${rest}`, options)
  const connection = (await api('GET', '/connections')).body.data[0]
  await api('PATCH', `/connections/${connection.id}`, { body: { style, settings: { invitations: 'none' } } })
  const scim: TeamHarness['scim'] = (method, rest, body) =>
    admin.send(method, `/scim/v2${rest}`, { key, body, headers: { 'user-agent': 'test' } })
  const { database } = admin.application
  const accountOf = async (scimId: string): Promise<string> => {
    const { rows } = await database.query<{ id: string }>({ text: 'select id from users where scim_id = $1' }, [scimId])
    const { formatTypeId } = await import('@rollcall/admin-api')
    return formatTypeId('usr', rows[0]?.id ?? '')
  }
  const team: TeamHarness['team'] = async (id) => (await api('GET', `/teams/${id}`)).body
  const harness: TeamHarness = {
    admin,
    key,
    connectionId: connection.id,
    api,
    scim,
    team,
    person: async (name) => {
      const created = await scim('POST', '/Users', {
        schemas: [`${core}:User`],
        externalId: `ext-${name}`,
        userName: name,
        displayName: name,
        active: true,
        emails: [{ value: `${name}@example.com`, type: 'work', primary: true }],
      })
      assert.equal(created.status, 201, JSON.stringify(created.body))
      return { scimId: created.body.id, id: await accountOf(created.body.id), name }
    },
    group: async (displayName, members = []) => {
      const created = await scim('POST', '/Groups', {
        schemas: [`${core}:Group`],
        displayName,
        externalId: `grp-${displayName}`,
        members: members.map(({ scimId }) => ({ value: scimId })),
      })
      assert.equal(created.status, 201, JSON.stringify(created.body))
      return created.body.id
    },
    setActive: async ({ scimId }, active) => {
      const body = patchOf({ op: 'replace', path: 'active', value: active })
      assert.equal((await scim('PATCH', `/Users/${scimId}`, body)).status, 200)
    },
    patchGroup: (id, op, ...members) => {
      const operations =
        op === 'add'
          ? [{ op, path: 'members', value: members.map(({ scimId }) => ({ value: scimId })) }]
          : members.map(({ scimId }) => ({ op, path: `members[value eq "${scimId}"]` }))
      return scim('PATCH', `/Groups/${id}`, patchOf(...operations))
    },
    teamByName: async (name) => {
      const found = await api('GET', `/teams?search=${encodeURIComponent(name)}`)
      return found.body.data.find((each: { name: string }) => each.name === name)
    },
    names: async (teamId, query = '') => {
      const page = await api('GET', `/teams/${teamId}/members${query}`)
      assert.equal(page.status, 200, JSON.stringify(page.body))
      return page.body.data.map(({ name }: { name: string }) => name).toSorted()
    },
    belonging: async () => {
      const page = await api('GET', '/members')
      return page.body.data
        .map(({ name, isDirect, state }: { name: string; isDirect: boolean; state: string }) =>
          [name, isDirect ? 'direct' : 'teams', state].join(' '),
        )
        .toSorted()
    },
    runJob: async (name) => {
      const job = jobs.find((each) => each.name === name)
      assert.ok(job !== undefined, name)
      await job.run(admin.application.application.parts, new AbortController().signal)
    },
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
  return harness
}

export function patchOf(...Operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}

import assert from 'node:assert/strict'
import { provisioningRules, type ProvisioningRules } from '@rollcall/admin-api'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createEngineHarness, type EngineHarness, type EngineOptions } from './engine-harness.ts'

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const teamRules = {
  mappings: [
    { target: 'displayName', kind: 'direct', source: 'displayName' },
    { target: 'externalId', kind: 'direct', source: 'objectId' },
  ],
  matching: [[{ target: 'displayName', source: 'displayName' }]],
  leaving: { policy: 'delete' },
}

export function rulesWith({
  teams = {},
  ...others
}: { readonly teams?: object; readonly assignment?: 'everyone' | 'assigned' } = {}): ProvisioningRules {
  const { users } = simpleRules
  const manager = { target: `${enterprise}:manager.value`, kind: 'reference', source: 'manager' }
  return provisioningRules.parse({
    assignment: 'everyone',
    users: { ...users, mappings: [...users.mappings, manager] },
    teams: { ...teamRules, ...teams },
    ...others,
  })
}

export type TeamScene = EngineHarness & {
  /** A team of ours by SCIM, of people by our ids; its id over SCIM. */
  createTeam(displayName: string, people: readonly string[]): Promise<string>
  patchTeam(scimId: string, op: 'add' | 'remove', ...people: readonly string[]): Promise<void>
  /** userNames of the members of a group in the app. */
  membersOf(displayName: string): readonly string[]
  managerOf(userName: string): unknown
}

export async function createTeamScene(options: EngineOptions = {}): Promise<TeamScene> {
  const harness = await createEngineHarness({ rules: rulesWith(), ...options })
  const { fake, tenant, server } = harness
  const scimIdOf = async (id: string): Promise<string> => {
    const { rows } = await server.database.query<{ id: string }>(
      { text: 'select scim_id as id from users where id = $1 union all select scim_id from teams where id = $1' },
      [id],
    )
    return rows[0]?.id ?? ''
  }
  const valuesOf = async (people: readonly string[]) =>
    Promise.all(people.map(async (id) => ({ value: await scimIdOf(id) })))
  const send = async (method: string, path: string, body: unknown): Promise<string> => {
    const answer = await tenant.scim(method, path, body)
    assert.ok(answer.status < 300, answer.text)
    return answer.status === 204 ? '' : answer.body.id
  }
  const accounts = () => new Map(fake.users.all().map(({ id, resource }) => [id, resource]))
  return {
    ...harness,
    createTeam: async (displayName, people) =>
      send('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName,
        members: await valuesOf(people),
      }),
    patchTeam: async (scimId, op, ...people) => {
      const values = await valuesOf(people)
      const operations =
        op === 'add'
          ? [{ op, path: 'members', value: values }]
          : values.map(({ value }) => ({ op, path: `members[value eq "${value}"]` }))
      const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
      await send('PATCH', `/Groups/${scimId}`, { schemas, Operations: operations })
    },
    membersOf: (displayName) => {
      const group = fake.groups.all().find(({ resource }) => resource['displayName'] === displayName)
      assert.ok(group !== undefined, `no group ${displayName}`)
      return [...group.members].map((id) => String(accounts().get(id)?.['userName'])).toSorted()
    },
    managerOf: (userName) => {
      const found = fake.users.all().find(({ resource }) => resource['userName'] === userName)
      const { manager } = (found?.resource[enterprise] ?? {}) as { readonly manager?: { readonly value?: string } }
      return manager?.value === undefined ? undefined : accounts().get(manager.value)?.['userName']
    },
  }
}

export async function atRest(scene: TeamScene): Promise<void> {
  await scene.settle()
  await scene.pass(16_000)
}

export async function people<Names extends readonly string[]>(
  scene: TeamScene,
  ...names: Names
): Promise<{ readonly [index in keyof Names]: string }> {
  const ids: string[] = []
  for (const name of names) ids.push(await scene.createPerson(name))
  // As many as there were names.
  return ids as unknown as { readonly [index in keyof Names]: string }
}

export async function teamIds(
  scene: TeamScene,
  ...scimIds: readonly [string, string]
): Promise<readonly [string, string]> {
  const { rows } = await scene.server.database.query<{ id: string }>(
    { text: 'select id from teams where scim_id = any($1) order by array_position($1, scim_id)' },
    [scimIds],
  )
  return [rows[0]?.id ?? '', rows[1]?.id ?? '']
}

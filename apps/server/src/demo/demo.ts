import {
  createRegistry,
  findResourceType,
  findStyle,
  styles,
  type JsonObject,
  type ResourceDraft,
} from '@rollcall/scim'
import type { ResourceRecord, Storage } from '@rollcall/scim/server'
import type { Call } from '../access/call.ts'
import { createKey } from '../access/keys.ts'
import { createOrganization } from '../access/organizations.ts'
import { createRequestLog } from '../audit/request-log.ts'
import { insertDemoOrganization } from '../db/queries/demo.ts'
import type { Database } from '../db/pool.ts'
import { parseConnectionSettings } from '../directory/connection-settings.ts'
import { createDirectory } from '../directory/create-directory.ts'
import type { DirectoryContext } from '../directory/directory-context.ts'
import { holdSuspensions } from '../directory/demo-hold.ts'
import { OperatorError } from '../operator-error.ts'
import { isThisMachine } from '../this-machine.ts'
import { pickDepartment, pickName, teamNames } from './names.ts'
import { createSeededRandom, type SeededRandom } from './random.ts'

export type DemoOptions = {
  readonly slug: string
  readonly seed: number
  readonly people: number
  readonly now: Date
}

export type Demo = {
  readonly organizationId: string
  readonly people: number
  readonly teams: number
  /** A SCIM key, made at random like any other; shown once. */
  readonly key: string
  readonly keyId: string
  readonly connectionId: string
}

type Made = DemoOptions & {
  readonly random: SeededRandom
  readonly directory: Storage<DirectoryContext>
  readonly context: DirectoryContext
}

export const demoPeopleMax = 1_000_000
const batch = 1_000
const peoplePerTeam = 50
const teamsMax = 200
const suspendedShare = 20
const pendingShare = 15
const heldPeople = 30
const failedRequests = 40
const epoch = new Date('2026-01-01T00:00:00.000Z')
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const group = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/**
 * Makes an organization full of people as they are: names of four languages, nested teams, people who are suspended or
 * have not come yet, failed requests, a held change. The same seed and slug give the same ids; keys are never the same.
 * Throws `slugTaken` and touches nothing when the slug is there.
 */
export async function createDemo(database: Database, options: DemoOptions): Promise<Demo> {
  const { slug, seed, people } = options
  const random = createSeededRandom(`${seed}/${slug}`)
  const call: Call = { actor: 'demo', now: options.now, requestId: undefined, rights: 'all' }
  const settings = { invitations: { enabled: false } }
  const { organization, connection } = await createOrganization(
    database,
    { ...call, now: epoch },
    { slug, name: `Demo ${slug}`, settings },
    random.id,
  )
  await insertDemoOrganization(database, { organizationId: organization.id, seed, people, createdAt: options.now })
  const context: DirectoryContext = {
    organizationId: organization.id,
    connectionId: connection.id,
    actor: 'demo',
    requestId: 'demo',
    now: epoch,
    registry: createRegistry(),
    style: findStyle(connection.style) ?? styles.rollcall,
    settings: parseConnectionSettings(connection.settings),
  }
  const made: Made = { ...options, random, context, directory: createDirectory({ database, newId: random.id }) }
  const persons = await createPeople(made)
  const teams = await createTeams(made, persons)
  await holdSuspensions(database, context, { id: random.id(), scimIds: persons.slice(0, heldPeople) })
  await logFailures(database, made)
  const { key, secret } = await createKey(database, call, {
    organizationId: organization.id,
    command: { scopes: ['scim'], name: 'demo', connectionId: connection.id },
  })
  return {
    organizationId: organization.id,
    people: persons.length,
    teams,
    key: secret,
    keyId: key.id,
    connectionId: connection.id,
  }
}

/** In order of their making; gives their ids over SCIM. */
async function createPeople(made: Made): Promise<readonly string[]> {
  const { directory, context, people, random } = made
  const type = typeOf('User')
  const ids: string[] = []
  for (let first = 0; first < people; first += batch) {
    const drafts = Array.from({ length: Math.min(batch, people - first) }, (_, at) => toPerson(random, first + at + 1))
    // Whoever is pending differs from the others only in how they come in.
    for (const invites of [false, true]) {
      const part = drafts.filter(({ number }) => (number % pendingShare === 0) === invites)
      if (part.length === 0) continue
      const create = directory.prepareMany?.(
        { ...context, invites },
        type,
        part.map(({ draft }) => draft),
      )
      const outcomes = await create?.()
      for (const outcome of outcomes ?? []) ids.push(idOf(outcome))
    }
  }
  return ids
}

function toPerson(random: SeededRandom, number: number): { readonly number: number; readonly draft: ResourceDraft } {
  const { givenName, familyName, displayName, latin, locale } = pickName(random)
  const userName = `${latin}.${number}@demo.example`
  const attributes: JsonObject = {
    schemas: [core, enterprise],
    userName,
    externalId: `demo-${number}`,
    name: { givenName, familyName, formatted: displayName },
    displayName,
    active: number % suspendedShare !== 0,
    locale,
    emails: [{ value: userName, type: 'work', primary: true }],
    [enterprise]: { employeeNumber: String(number), department: pickDepartment(random) },
  }
  return { number, draft: { attributes, writeOnly: {}, members: undefined } }
}

/** A tree of three levels; the leaves hold people, each person is in one. */
async function createTeams(made: Made, persons: readonly string[]): Promise<number> {
  const leaves = Math.min(teamsMax, Math.ceil(persons.length / peoplePerTeam))
  const size = Math.ceil(persons.length / leaves)
  let level: string[] = []
  let count = 0
  for (let leaf = 0; leaf < leaves; leaf++)
    level.push(
      await createTeam(made, { number: ++count, members: persons.slice(leaf * size, (leaf + 1) * size), type: 'User' }),
    )
  while (level.length > 1) {
    const above: string[] = []
    for (let at = 0; at < level.length; at += 10)
      above.push(await createTeam(made, { number: ++count, members: level.slice(at, at + 10), type: 'Group' }))
    level = above
  }
  return count
}

async function createTeam(
  { directory, context }: Made,
  team: { readonly number: number; readonly members: readonly string[]; readonly type: 'User' | 'Group' },
): Promise<string> {
  const name = teamNames[team.number % teamNames.length] ?? ''
  const draft: ResourceDraft = {
    attributes: { schemas: [group], displayName: `${name} ${team.number}` },
    writeOnly: {},
    members: team.members.map((value) => ({ value, type: team.type })),
  }
  return idOf(await directory.create(context, typeOf('Group'), draft, { groups: false, members: false }))
}

/** What an administrator looks for first: the requests that went wrong. */
async function logFailures(database: Database, { context, random }: Made): Promise<void> {
  const log = createRequestLog({ database })
  for (let number = 1; number <= failedRequests; number++) {
    const failure = random.pick(failures)
    const detail = failure.detail.replace('%', `demo-${random.integer(1_000)}`)
    log.add({
      organizationId: context.organizationId,
      id: random.id(),
      at: new Date(epoch.getTime() + number * 60_000),
      connectionId: context.connectionId,
      keyId: null,
      client: 'Okta SCIM Client 1.0.0',
      ip: '192.0.2.10',
      resourceId: null,
      externalId: null,
      rules: [],
      changes: null,
      requestBody: null,
      responseBody: null,
      durationUs: 900 + random.integer(5_000),
      ...failure,
      detail,
    })
  }
  await log.close()
}

type Failure = {
  readonly method: string
  readonly path: string
  readonly resourceType: string
  readonly status: number
  readonly scimType: string | null
  readonly detail: string
}

const failures: readonly [Failure, ...(readonly Failure[])] = [
  {
    method: 'POST',
    path: '/scim/v2/Users',
    resourceType: 'User',
    status: 409,
    scimType: 'uniqueness',
    detail: 'userName "%@demo.example" is taken',
  },
  {
    method: 'GET',
    path: '/scim/v2/Users/%',
    resourceType: 'User',
    status: 404,
    scimType: null,
    detail: 'There is no User with the id %',
  },
  {
    method: 'PATCH',
    path: '/scim/v2/Groups/%',
    resourceType: 'Group',
    status: 400,
    scimType: 'invalidPath',
    detail: 'members[value eq ] ends too early',
  },
  {
    method: 'POST',
    path: '/scim/v2/Users',
    resourceType: 'User',
    status: 400,
    scimType: 'invalidValue',
    detail: 'emails[0].value: "%" is no mail address',
  },
]

function typeOf(name: 'User' | 'Group') {
  const type = findResourceType(createRegistry(), name)
  if (type === undefined) throw new Error(`The registry lacks ${name}`)
  return type
}

function idOf(outcome: ResourceRecord | Error): string {
  if (outcome instanceof Error) throw outcome
  return outcome.id
}

/** Demo data must not stand open to others by accident. */
export function refuseOpenHost(host: string): void {
  if (isThisMachine(host)) return
  throw new OperatorError(`Demo data is served to this machine only: HOST is ${host}, not 127.0.0.1`)
}

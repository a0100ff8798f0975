import assert from 'node:assert/strict'
import { provisioningRules, type ProvisioningRules, type TargetProfileInput } from '@rollcall/admin-api'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { generic } from '../../src/provisioning/presets/generic.ts'
import { createListeningProvisioning } from '../harness/listening.ts'
import { scimInit, type TestTenant } from '../harness/provisioning.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { outboundAllow } from './fake-target/open-fake.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const userSchemas = ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise]
const groupSchemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
const patchSchemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const bulkSchemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
const bulkMax = 500
const pageMax = 100

/** A Rollcall that provisions everybody and every team into another server, over a wire. */
export type Pair = AsyncDisposable & {
  readonly harness: EngineHarness
  /** The directory that people are written into. */
  readonly source: Directory
  /** The one that they are provisioned into. */
  readonly target: Directory
  /** Nobody is at the other end of the wire any more, or somebody is again. */
  setAway(isAway: boolean): void
  /** Lets time pass on both sides, and settles. */
  pass(milliseconds: number): Promise<void>
  /** Requests over the wire since the last call, by method and the first part of the path. */
  takeRequests(): Readonly<Record<string, number>>
}

type Request = (
  method: string,
  path: string,
  body?: unknown,
) => Promise<{ readonly status: number; readonly text: string }>

/** What is done on one side, over SCIM. */
export type Directory = {
  readonly scim: Request
  /** Sends in batches; gives the locations of what was made, in order. */
  bulk(operations: readonly BulkOperation[]): Promise<readonly string[]>
  people(): Promise<ReadonlyMap<string, Person>>
  teams(): Promise<ReadonlyMap<string, Team>>
}

export type BulkOperation = { readonly method: string; readonly path: string; readonly data?: object }

/** What has to be the same on both sides: names in the place of ids. */
export type Person = {
  readonly id: string
  readonly externalId: string | undefined
  readonly active: boolean
  readonly seen: {
    readonly displayName: string | undefined
    readonly name: object
    readonly title: string | undefined
    readonly mails: readonly string[]
    readonly employeeNumber: string | undefined
    readonly department: string | undefined
    /** His userName, if he has an account. */
    readonly manager: string | undefined
  }
}

export type Team = { readonly id: string; readonly members: readonly string[] }

export const rules = provisioningRules.parse({
  ...generic.rules,
  assignment: 'everyone',
  users: { ...generic.rules.users, leaving: { policy: 'disableThenDelete', graceDays: 10 } },
})

export async function createTwoRollcalls(options: Pick<Receiver, 'profile' | 'rules'> = {}): Promise<Pair> {
  const receiver = await createListeningProvisioning()
  const tenant = await receiver.createTenant('receiver')
  return provisionInto({
    url: `${receiver.url}/scim/v2`,
    token: tenant.key,
    ...options,
    advance: (milliseconds) => receiver.clock.advance(milliseconds),
    close: () => receiver.close(),
  })
}

/** A SCIM server that people are to be provisioned into. */
export type Receiver = {
  readonly url: string
  readonly token: string
  readonly profile?: TargetProfileInput
  /** In the place of the usual ones. */
  readonly rules?: ProvisioningRules
  /** Where its clock is set by us. */
  readonly advance?: (milliseconds: number) => void
  close(): Promise<void>
}

export async function provisionInto(receiver: Receiver): Promise<Pair> {
  const connections = createOutboundConnections({ allow: outboundAllow })
  const counts = new Map<string, number>()
  const address = new URL(receiver.url)
  let isAway = false
  const harness = await createEngineHarness({
    rules: receiver.rules ?? rules,
    profile: { requestsPerSecondMax: 100_000, permitsMax: 32, ...receiver.profile },
    remote: {
      url: receiver.url,
      token: receiver.token,
      send: (call) => {
        const [first] = new URL(call.url).pathname.slice(address.pathname.length + 1).split('/')
        const name = `${call.method} ${first}`
        counts.set(name, (counts.get(name) ?? 0) + 1)
        return connections.send(isAway ? { ...call, url: call.url.replace(address.host, nobody) } : call)
      },
    },
  })
  return {
    harness,
    source: openDirectory(inProcess(harness.tenant)),
    target: openDirectory(toClient(receiver)),
    setAway: (value) => {
      isAway = value
    },
    pass: (milliseconds) => {
      receiver.advance?.(milliseconds)
      return harness.pass(milliseconds)
    },
    takeRequests: () => {
      const taken = Object.fromEntries(counts)
      counts.clear()
      return taken
    },
    [Symbol.asyncDispose]: async () => {
      await harness[Symbol.asyncDispose]()
      connections.close()
      await receiver.close()
    },
  }
}

/** An address of this machine at which nobody listens. */
const nobody = '127.0.0.1:1'

function toClient({ url, token }: Receiver): Request {
  return async (method, path, body) => {
    const response = await fetch(url + path, scimInit(method, { key: token, body }))
    return { status: response.status, text: await response.text() }
  }
}

function inProcess({ scim }: TestTenant): Request {
  return (method, path, body) => scim(method, path, body)
}

function openDirectory(scim: Request): Directory {
  return {
    scim,
    bulk: async (operations) => {
      const locations: string[] = []
      for (let from = 0; from < operations.length; from += bulkMax) {
        const batch = operations.slice(from, from + bulkMax)
        const numbered = batch.map((operation, at) => ({ bulkId: `b${at}`, ...operation }))
        const { status, text } = await scim('POST', '/Bulk', { schemas: bulkSchemas, Operations: numbered })
        assert.equal(status, 200, text)
        // What is not there, the assertion below finds.
        const answer = JSON.parse(text) as { Operations: { status: string; location?: string }[] }
        for (const done of answer.Operations) {
          assert.match(done.status, /^2/, JSON.stringify(done))
          locations.push(done.location ?? '')
        }
      }
      return locations
    },
    people: async () => {
      const found = await list<PersonBody>(scim, '/Users')
      const names = new Map(
        found.flatMap(({ id, externalId, userName }) => [
          [id, userName] as const,
          [externalId ?? id, userName] as const,
        ]),
      )
      return new Map(found.map((person) => [person.userName, toPerson(person, names)]))
    },
    teams: async () => {
      const people = await list<PersonBody>(scim, '/Users?attributes=userName')
      const names = new Map(people.map(({ id, userName }) => [id, userName]))
      const found = await list<TeamBody>(scim, '/Groups')
      return new Map(
        found.map(({ id, displayName, members = [] }) => [
          displayName,
          { id, members: members.map(({ value }) => names.get(value) ?? value).toSorted() },
        ]),
      )
    },
  }
}

type PersonBody = {
  readonly id: string
  readonly externalId?: string
  readonly userName: string
  readonly displayName?: string
  readonly name?: object
  readonly title?: string
  readonly active: boolean
  readonly emails?: readonly { readonly value: string }[]
  readonly [enterprise]?: {
    readonly employeeNumber?: string
    readonly department?: string
    readonly manager?: { readonly value: string }
  }
}

type TeamBody = {
  readonly id: string
  readonly displayName: string
  readonly members?: readonly { readonly value: string }[]
}

async function list<Body>(scim: Request, path: string): Promise<readonly Body[]> {
  const all: Body[] = []
  for (;;) {
    const asked = `${path}${path.includes('?') ? '&' : '?'}startIndex=${all.length + 1}&count=${pageMax}`
    const { status, text } = await scim('GET', asked)
    assert.equal(status, 200, text)
    // Our own server; a wrong answer fails the comparison.
    const page = JSON.parse(text) as { totalResults: number; Resources?: Body[] }
    all.push(...(page.Resources ?? []))
    if (all.length >= page.totalResults || (page.Resources ?? []).length === 0) return all
  }
}

function toPerson(person: PersonBody, names: ReadonlyMap<string, string>): Person {
  const { id, externalId, active, displayName, name = {}, title, emails = [] } = person
  const { employeeNumber, department, manager } = person[enterprise] ?? {}
  const seen = {
    displayName,
    name: { ...name, formatted: undefined },
    title,
    mails: emails.map(({ value }) => value),
    employeeNumber,
    department,
    manager: manager && names.get(manager.value),
  }
  return { id, externalId, active, seen }
}

/** The person with that number; every tenth is the manager of the nine who follow. */
export function newPerson(number: number): BulkOperation {
  const userName = `p${number}@example.com`
  return {
    method: 'POST',
    path: '/Users',
    data: {
      schemas: userSchemas,
      userName,
      externalId: `ext-${number}`,
      name: { givenName: `Given${number}`, familyName: `Family${number % 100}` },
      displayName: `Given${number} Family${number % 100}`,
      title: 'Engineer',
      active: true,
      emails: [{ value: userName, type: 'work', primary: true }],
      [enterprise]: {
        employeeNumber: String(number),
        department: `Department ${number % 50}`,
        ...(number % 10 !== 0 && { manager: { value: `ext-${number - (number % 10)}` } }),
      },
    },
  }
}

export function newTeam(displayName: string, memberIds: readonly string[]): BulkOperation {
  const members = memberIds.map((value) => ({ value }))
  return { method: 'POST', path: '/Groups', data: { schemas: groupSchemas, displayName, members } }
}

export function patch(path: string, ...operations: readonly object[]): BulkOperation {
  return { method: 'PATCH', path, data: { schemas: patchSchemas, Operations: operations } }
}

/**
 * Person by person and team by team: whoever is here and active is there and active, with the same attributes and manager;
 * whoever is not, is not active there.
 */
export async function assertSame({ source, target }: Pair): Promise<void> {
  const [here, there] = [await source.people(), await target.people()]
  for (const [userName, { active, seen }] of here) {
    const account = there.get(userName)
    assert.equal(account?.active ?? false, active, userName)
    if (active) assert.deepEqual(account?.seen, seen, userName)
  }
  for (const [userName, { active }] of there) assert.equal(active && !here.has(userName), false, userName)
  const [teams, groups] = [await source.teams(), await target.teams()]
  assert.deepEqual([...groups.keys()].toSorted(), [...teams.keys()].toSorted())
  for (const [name, { members }] of teams) assert.deepEqual(groups.get(name)?.members, activeOf(members, here), name)
}

/** Members are those who have an account. */
function activeOf(members: readonly string[], people: ReadonlyMap<string, Person>): readonly string[] {
  return members.filter((userName) => people.has(userName))
}

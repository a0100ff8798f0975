import { runLoad } from '../load.ts'
import { recordBound } from '../report.ts'
import type { Organization } from '../rollcall.ts'
import { type BenchContext, toTarget } from './context.ts'
import { seedMembers } from './seed.ts'

/** One member into groups of very different size, and a large group read while memory is watched. */
export async function groupSuite(context: BenchContext, large: Organization, largePeople: number): Promise<void> {
  const small = await createGroup(context, large, 'small')
  const million = await createGroup(context, large, 'million')
  const read = await createGroup(context, large, 'read')
  await seedMembers(context.rollcall.database, { organizationId: large.id, groupId: small, members: 10 })
  await seedMembers(context.rollcall.database, { organizationId: large.id, groupId: million, members: largePeople })
  await seedMembers(context.rollcall.database, { organizationId: large.id, groupId: read, members: 100_000 })
  const newcomers = await createNewcomers(context, large)
  const few = await addMembers(context, large, small, newcomers)
  const many = await addMembers(context, large, million, newcomers)
  recordBound(`one member into a group of ${largePeople}, median`, many, 10, 'ms')
  recordBound(`that, against a group of 10`, many / few, 1.5, 'times')
  await readLargeGroup(context, large, read)
}

async function readLargeGroup(context: BenchContext, organization: Organization, id: string): Promise<void> {
  const { server } = context.rollcall
  const before = server.memoryBytes()
  let peak = before
  const timer = setInterval(() => (peak = Math.max(peak, server.memoryBytes())), 10)
  const result = await runLoad({
    ...toTarget(context, organization),
    connections: 1,
    seconds: 60,
    requests: 3,
    expect: 200,
    next: () => ({ method: 'GET', path: `${organization.scimPath}/Groups/${id}` }),
  })
  clearInterval(timer)
  if (result.errors > 0) throw new Error(`GET of a large group failed: ${result.firstError}`)
  recordBound('GET of a group of 100,000: memory grows by', (peak - before) / 1e6, 50, 'MB')
  recordBound('GET of a group of 100,000: median', result.p50Ms, 5000, 'ms')
}

async function addMembers(
  context: BenchContext,
  organization: Organization,
  group: string,
  people: readonly string[],
): Promise<number> {
  const result = await runLoad({
    ...toTarget(context, organization),
    connections: 1,
    seconds: 30,
    requests: people.length,
    expect: 204,
    next: (index) => ({
      method: 'PATCH',
      path: `${organization.scimPath}/Groups/${group}`,
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
        Operations: [{ op: 'add', path: 'members', value: [{ value: people[index] }] }],
      }),
    }),
  })
  if (result.errors > 0) throw new Error(`adding a member failed: ${result.firstError}`)
  return result.p50Ms
}

async function createGroup(context: BenchContext, organization: Organization, displayName: string): Promise<string> {
  return create(context, organization, 'Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName,
  })
}

async function createNewcomers(context: BenchContext, organization: Organization): Promise<readonly string[]> {
  const ids: string[] = []
  for (let index = 0; index < 200; index++) {
    ids.push(
      await create(context, organization, 'Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: `newcomer${index}@example.com`,
      }),
    )
  }
  return ids
}

async function create(
  context: BenchContext,
  organization: Organization,
  endpoint: string,
  body: unknown,
): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${context.rollcall.server.port}${organization.scimPath}/${endpoint}`, {
    method: 'POST',
    headers: { authorization: organization.authorization, 'content-type': 'application/scim+json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (response.status !== 201) throw new Error(`POST /${endpoint} answered ${JSON.stringify(answer)}`)
  return (answer as { id: string }).id // Checked by the status.
}

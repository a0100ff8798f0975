import { runLoad } from '../load.ts'
import { person } from '../people.ts'
import { recordRatio } from '../report.ts'
import type { Organization } from '../rollcall.ts'
import { type BenchContext, toTarget } from './context.ts'

const perRequest = 1000

/** /Bulk against single POSTs, both on one connection. */
export async function bulkSuite(context: BenchContext): Promise<void> {
  const { organization, people, seconds } = context
  let serial = 0
  const single = await runLoad({
    ...toTarget(context),
    connections: 1,
    seconds,
    expect: 201,
    next: () => ({
      method: 'POST',
      path: `${organization.scimPath}/Users`,
      body: JSON.stringify(person(serial++, 'single')),
    }),
  })
  const target = await context.rollcall.newOrganization('bulk')
  const amount = people >= 10_000 ? 100_000 : people
  const started = performance.now()
  await createPeople(context.rollcall.server.port, target, amount)
  const perSecond = amount / ((performance.now() - started) / 1000)
  recordRatio(`${amount} users through /Bulk, one connection`, perSecond, { floor: single.perSecond }, 5)
}

/** Creates people 0 … amount − 1 through /Bulk and returns their SCIM ids. */
export async function createPeople(port: number, organization: Organization, amount: number): Promise<string[]> {
  const ids: string[] = []
  for (let from = 0; from < amount; from += perRequest) {
    const count = Math.min(perRequest, amount - from)
    const response = await fetch(`http://127.0.0.1:${port}${organization.scimPath}/Bulk`, {
      method: 'POST',
      headers: { authorization: organization.authorization, 'content-type': 'application/scim+json' },
      body: JSON.stringify({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
        Operations: Array.from({ length: count }, (_, index) => ({
          method: 'POST',
          path: '/Users',
          bulkId: `u${index}`,
          data: person(from + index),
        })),
      }),
    })
    ids.push(...readIds(await response.json(), count))
  }
  return ids
}

function readIds(answer: unknown, count: number): string[] {
  const { Operations: operations } = answer as { Operations?: readonly { status: string; location?: string }[] } // Checked below.
  const ids = (operations ?? [])
    .filter(({ status }) => status === '201')
    .map(({ location }) => location?.split('/').pop() ?? '')
  if (ids.length !== count)
    throw new Error(`/Bulk created ${ids.length} of ${count}: ${JSON.stringify(answer).slice(0, 600)}`)
  return ids
}

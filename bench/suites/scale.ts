import { recordRatio } from '../report.ts'
import type { Organization } from '../rollcall.ts'
import { type BenchContext, rate, scatter, toTarget } from './context.ts'
import { lookupPath } from './read.ts'

/** What must not depend on the size of the directory. */
export async function scaleSuite(
  context: BenchContext,
  small: Organization,
  large: Organization,
  people: number,
): Promise<void> {
  const { seconds } = context
  const few = await rate(toTarget(context, small), seconds, 200, (index) => ({
    method: 'GET',
    path: lookupPath(small.scimPath, `seed${scatter(index, 1000)}@example.com`),
  }))
  const many = await rate(toTarget(context, large), seconds, 200, (index) => ({
    method: 'GET',
    path: lookupPath(large.scimPath, `seed${scatter(index, people)}@example.com`),
  }))
  recordRatio(`look-up among ${people}, against 1,000`, many.perSecond, { floor: few.perSecond }, 0.8)

  const first = await rate(toTarget(context, large), seconds, 200, () => ({
    method: 'GET',
    path: `${large.scimPath}/Users?cursor&count=100`,
  }))
  const cursor = await cursorAt(context, large, Math.floor(people * 0.9))
  const deep = await rate(toTarget(context, large), seconds, 200, () => ({
    method: 'GET',
    path: `${large.scimPath}/Users?cursor=${cursor}&count=100`,
  }))
  recordRatio(
    `page of 100 by cursor at depth ${Math.floor(people * 0.9)}, against page one`,
    deep.perSecond,
    { floor: first.perSecond },
    0.8,
  )
  const index = await rate(toTarget(context, large), seconds, 200, () => ({
    method: 'GET',
    path: `${large.scimPath}/Users?startIndex=1&count=100`,
  }))
  recordRatio(
    'first page by index with exact total, against by cursor',
    index.perSecond,
    { floor: first.perSecond },
    0.5,
  )
}

async function cursorAt(context: BenchContext, organization: Organization, depth: number): Promise<string> {
  let cursor = ''
  // RFC 9865 §2.1: the count stays that of the first page.
  for (let passed = 0; passed < depth; passed += 100) {
    const response = await fetch(
      `http://127.0.0.1:${context.rollcall.server.port}${organization.scimPath}/Users?cursor=${cursor}&count=100`,
      { headers: { authorization: organization.authorization } },
    )
    const { nextCursor } = (await response.json()) as { nextCursor?: string } // A list, or the next lines throw.
    if (nextCursor === undefined) throw new Error(`the list ended at ${passed}`)
    cursor = nextCursor
  }
  return cursor
}

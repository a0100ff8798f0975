import { recordRatio } from '../report.ts'
import type { Organization } from '../rollcall.ts'
import { type BenchContext, type Load, rates, scatter, toTarget } from './context.ts'
import { lookupPath } from './read.ts'

/** What must not depend on the size of the directory. */
export async function scaleSuite(
  context: BenchContext,
  small: Organization,
  large: Organization,
  people: number,
): Promise<void> {
  const { seconds } = context
  const lookUp = (organization: Organization, of: number): Load => ({
    target: toTarget(context, organization),
    expect: 200,
    next: (index) => ({
      method: 'GET',
      path: lookupPath(organization.scimPath, `seed${scatter(index, of)}@example.com`),
    }),
  })
  const { few, many } = await rates({ few: lookUp(small, 1000), many: lookUp(large, people) }, seconds)
  recordRatio(`look-up among ${people}, against 1,000`, many, { floor: few }, 0.8)

  const depth = Math.floor(people * 0.9)
  const cursor = await cursorAt(context, large, depth)
  const page = (query: string): Load => ({
    target: toTarget(context, large),
    expect: 200,
    next: () => ({ method: 'GET', path: `${large.scimPath}/Users?${query}&count=100` }),
  })
  const { first, deep, index } = await rates(
    { first: page('cursor'), deep: page(`cursor=${cursor}`), index: page('startIndex=1') },
    seconds,
  )
  recordRatio(`page of 100 by cursor at depth ${depth}, against page one`, deep, { floor: first }, 0.8)
  recordRatio('first page by index with exact total, against by cursor', index, { floor: first }, 0.5)
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

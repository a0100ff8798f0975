import { recordBound, recordRatio } from '../report.ts'
import { type BenchContext, rates, scatter, toFloor, toTarget } from './context.ts'

/** GET by id and look-up by userName, against one prepared statement by primary key. */
export async function readSuite(context: BenchContext): Promise<void> {
  const { organization, userIds, seconds, people } = context
  const idAt = (index: number): string | undefined => userIds[scatter(index, people)]
  const target = toTarget(context)
  const { floor, get, lookup } = await rates(
    {
      floor: {
        target: toFloor(context),
        expect: 200,
        next: (index) => ({ method: 'GET', path: `/users/${idAt(index)}` }),
      },
      get: {
        target,
        expect: 200,
        next: (index) => ({ method: 'GET', path: `${organization.scimPath}/Users/${idAt(index)}` }),
      },
      lookup: {
        target,
        expect: 200,
        next: (index) => ({
          method: 'GET',
          path: lookupPath(organization.scimPath, `p${scatter(index, people)}@example.com`),
        }),
      },
    },
    seconds,
  )
  recordRatio('GET /Users/{id}', get, { floor }, 0.7)
  recordRatio('GET /Users?filter=userName eq', lookup, { floor }, 0.6)
  recordBound('memory of the server after reads', context.rollcall.server.memoryBytes() / 1e6, 250, 'MB')
}

/** Path of the look-up that Okta and Entra ID send before every assignment. */
export function lookupPath(scimPath: string, userName: string): string {
  return `${scimPath}/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1&count=100`
}

import { recordBound, recordRatio } from '../report.ts'
import { type BenchContext, rate, scatter, toFloor, toTarget } from './context.ts'

/** GET by id and look-up by userName, against one prepared statement by primary key. */
export async function readSuite(context: BenchContext): Promise<void> {
  const { organization, userIds, seconds, people } = context
  const floor = await rate(toFloor(context), seconds, 200, (index) => ({
    method: 'GET',
    path: `/users/${userIds[scatter(index, people)]}`,
  }))
  const get = await rate(toTarget(context), seconds, 200, (index) => ({
    method: 'GET',
    path: `${organization.scimPath}/Users/${userIds[scatter(index, people)]}`,
  }))
  recordRatio('GET /Users/{id}', get.perSecond, { floor: floor.perSecond }, 0.7)
  const lookup = await rate(toTarget(context), seconds, 200, (index) => ({
    method: 'GET',
    path: lookupPath(organization.scimPath, `p${scatter(index, people)}@example.com`),
  }))
  recordRatio('GET /Users?filter=userName eq', lookup.perSecond, { floor: floor.perSecond }, 0.6)
  recordBound('memory of the server after reads', context.rollcall.server.memoryBytes() / 1e6, 250, 'MB')
}

/** Path of the look-up that Okta and Entra ID send before every assignment. */
export function lookupPath(scimPath: string, userName: string): string {
  return `${scimPath}/Users?filter=${encodeURIComponent(`userName eq "${userName}"`)}&startIndex=1&count=100`
}

import type { RouteAnswer } from '@rollcall/admin-api'
import { Failure } from '../failure.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

/** What tables show of a team. */
export const columns = ['id', 'handle', 'name', 'badge', 'source', 'updatedAt']

/** The team that an id or a handle names, and its organization. */
export async function findTeam(
  session: Session,
  reference: string,
): Promise<{ readonly organization: string; readonly team: string }> {
  if (reference.startsWith('team_'))
    return inOrganizationOf(session, async (organization) => {
      await session.client.call('getTeam', { params: { organization, team: reference } })
      return { organization, team: reference }
    })
  const organization = await requireOrganization(session)
  let cursor: string | null = null
  do {
    const query = { search: reference, limit: 200, ...(cursor !== null && { cursor }) }
    const page: RouteAnswer<'listTeams'> = await session.client.call('listTeams', { params: { organization }, query })
    const found = page.data.find(({ handle }) => handle === reference)
    if (found !== undefined) return { organization, team: found.id }
    cursor = page.nextCursor
  } while (cursor !== null)
  throw new Failure(`No team has the handle "${reference}"`, { code: 'notFound' })
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { sessionQuery, type Session } from '../api/session.ts'

const organizationRoute = getRouteApi('/$organization')

/** The session that the route loaded, renewed while the page is open: rights may be taken away meanwhile. */
export function useFrameSession(): Session {
  const { organization } = organizationRoute.useParams()
  const loaded = organizationRoute.useLoaderData()
  const { data = loaded } = useQuery(sessionQuery(organization))
  return data
}

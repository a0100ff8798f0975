import { useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'

const connectionsMax = 200

/** The SCIM connections, for whoever may see them; to others an id is all there is. */
export function useConnections(): readonly EntryOf<'listConnections'>[] {
  const can = useCan()
  const { data } = useRoute(
    'listConnections',
    { query: { limit: connectionsMax } },
    { enabled: can('connections:read') },
  )
  return (data?.data ?? []).filter(({ type }) => type === 'scim')
}

/** The name of a connection by its id. */
export function useConnectionNames(): (id: string | null) => string {
  const connections = useConnections()
  return (id) => connections.find((connection) => connection.id === id)?.name ?? id ?? '–'
}

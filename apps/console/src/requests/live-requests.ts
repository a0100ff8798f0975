import type { RouteId } from '@rollcall/admin-api'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { toUrl } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'

const gatherMs = 1_000

/** What is out of date once a connection has sent something. */
const stale: readonly RouteId[] = ['listRequests', 'getRequestErrors', 'getConnectionHealth', 'listKeys']

/** Renews what is shown of a connection whenever it sends something; once a second at most. */
export function useLiveRequests(connection: string | undefined, isLive: boolean): void {
  const organization = useOrganizationSlug()
  const client = useQueryClient()
  const isAllowed = useCan()('log:read')
  useEffect(() => {
    if (connection === undefined || !isLive || !isAllowed) return undefined
    const query = { topics: 'requests', connection }
    const source = new EventSource(toUrl('followOrganization', { params: { organization }, query }))
    let timer: ReturnType<typeof setTimeout> | undefined
    const renew = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined
        for (const route of stale) void client.invalidateQueries({ queryKey: [route] })
      }, gatherMs)
    }
    source.addEventListener('requests', renew)
    source.addEventListener('end', () => source.close())
    return () => {
      source.close()
      clearTimeout(timer)
    }
  }, [organization, client, connection, isLive, isAllowed])
}

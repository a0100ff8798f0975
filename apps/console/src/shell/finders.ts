import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { routeQuery } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import type { PaletteItem } from './palette-items.ts'

const foundMax = 6

/** What the server finds by words. A noun that can be found is a hook here, and a line in `useFound`. */
function useFoundUsers(words: string): readonly PaletteItem[] {
  const { permissions, organization } = useSession()
  const query = { search: words, state: 'active,pending,suspended', limit: foundMax }
  const { data } = useQuery({
    ...routeQuery('listPeople', organization.slug, { query }),
    enabled: words !== '' && permissions.has('people:read'),
    placeholderData: keepPreviousData,
  })
  if (words === '') return []
  return (data?.data ?? []).map(({ id, displayName, userName }) => ({
    id,
    group: 'find',
    label: displayName ?? userName ?? id,
    hint: userName ?? undefined,
    icon: 'user',
    link: { to: '/$organization/users/$user', params: { organization: organization.slug, user: id } },
  }))
}

export function useFound(words: string): readonly PaletteItem[] {
  const users = useFoundUsers(words)
  return users
}

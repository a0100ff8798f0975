import type { RouteAnswer } from '@rollcall/admin-api'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'

export type SourceTest = RouteAnswer<'testSource'>

/** It asks the server of somebody else: not again with every look at a page. */
const freshMs = 10 * 60_000

/** Tries a source and looks at a few of its records; nothing changes. */
export function useSourceTest(
  source: string,
  options: { readonly enabled?: boolean } = {},
): UseQueryResult<SourceTest> {
  const can = useCan()
  const params = { organization: useOrganizationSlug(), source }
  return useQuery({
    queryKey: ['testSource', params],
    queryFn: ({ signal }) => call('testSource', { params }, { signal }),
    staleTime: freshMs,
    retry: false,
    enabled: can('sources:run') && options.enabled !== false,
  })
}

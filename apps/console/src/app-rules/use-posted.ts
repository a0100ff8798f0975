import type { CallInput, RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'

type AskingRoute = 'checkAppRules' | 'sampleAppRules' | 'countAppRules'

const freshMs = 30_000

/** What a route answers that is asked with a body and changes nothing. Until it has answered, what it said before stands. */
export function usePosted<Id extends AskingRoute>(
  id: Id,
  app: string,
  body: RouteBody<Id>,
  options: { readonly enabled?: boolean } = {},
): UseQueryResult<RouteAnswer<Id>> {
  const params = { organization: useOrganizationSlug(), app }
  return useQuery({
    queryKey: [id, params, body],
    // All three are asked so.
    queryFn: ({ signal }) => call(id, { params, body } as unknown as CallInput<Id>, { signal }),
    staleTime: freshMs,
    placeholderData: keepPreviousData,
    retry: false,
    ...options,
  })
}

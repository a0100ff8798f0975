import type { CallInput, RouteAnswer, RouteBody, RouteId } from '@rollcall/admin-api'
import {
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { call } from './call.ts'

type Values = Readonly<Record<string, string | number | boolean | undefined>>

/** Parameters of the path besides the organization, which stands in the console's own address. */
export type RouteValues<Id extends RouteId> = { readonly params?: Values; readonly query?: CallInput<Id>['query'] }

/** Routes that answer with pages. */
export type PagedRouteId = {
  [Id in RouteId]: RouteAnswer<Id> extends { readonly data: readonly unknown[]; readonly nextCursor: string | null }
    ? Id
    : never
}[RouteId]

export type EntryOf<Id extends PagedRouteId> =
  RouteAnswer<Id> extends { readonly data: readonly (infer Entry)[] } ? Entry : never

export function useOrganizationSlug(): string {
  const { organization } = useParams({ strict: false })
  return organization ?? ''
}

/** Query options of one route; the key begins with its name, so that a change can name what it makes stale. */
export function routeQuery<Id extends RouteId>(id: Id, organization: string, values: RouteValues<Id> = {}) {
  const params = { organization, ...values.params }
  return queryOptions({
    queryKey: [id, params, values.query ?? {}],
    // A route that takes a body is none to read with.
    queryFn: ({ signal }) => call(id, { params, query: values.query } as unknown as CallInput<Id>, { signal }),
  })
}

export type RouteOptions = { readonly enabled?: boolean; readonly refetchInterval?: number | false }

/** What one route answers. */
export function useRoute<Id extends RouteId>(
  id: Id,
  values: RouteValues<Id> = {},
  options: RouteOptions = {},
): UseQueryResult<RouteAnswer<Id>> {
  const organization = useOrganizationSlug()
  return useQuery({ ...routeQuery(id, organization, values), ...options })
}

export type Pages<Entry> = {
  readonly rows: readonly Entry[]
  /** Undefined until counted; not exact: about so many. */
  readonly count: { readonly value: number; readonly exact: boolean } | undefined
  readonly query: UseInfiniteQueryResult
}

const pageSize = 100

/** All pages of a list so far, one request a page; `query.fetchNextPage` gets the next. */
export function usePages<Id extends PagedRouteId>(
  id: Id,
  values: RouteValues<Id> = {},
  options: RouteOptions = {},
): Pages<EntryOf<Id>> {
  const organization = useOrganizationSlug()
  const params = { organization, ...values.params }
  const query = useInfiniteQuery({
    queryKey: [id, params, values.query ?? {}, 'pages'],
    queryFn: ({ pageParam, signal }) => {
      const asked = { limit: pageSize, ...values.query, ...(pageParam !== '' && { cursor: pageParam }) }
      // The table of routes says what each takes; here it is any of those with pages.
      return call(id, { params, query: asked } as unknown as CallInput<Id>, { signal }) as Promise<Page<EntryOf<Id>>>
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: (before) => before,
    ...options,
  })
  const rows = useMemo(() => query.data?.pages.flatMap(({ data }) => data) ?? [], [query.data])
  const first = query.data?.pages[0]
  const count = first?.total === undefined ? first?.count : { value: first.total, exact: true }
  return { rows, count, query }
}

/** A list that is short, to its end without anybody who scrolls: what a field lets choose from. */
export function useAllPages<Id extends PagedRouteId>(
  id: Id,
  values: RouteValues<Id> = {},
  options: RouteOptions = {},
): Pages<EntryOf<Id>> {
  const pages = usePages(id, values, options)
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = pages.query
  useEffect(() => {
    if (hasNextPage && !isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage])
  return pages
}

type Page<Entry> = {
  readonly data: readonly Entry[]
  readonly nextCursor: string | null
  readonly total?: number
  readonly count?: { readonly value: number; readonly exact: boolean }
}

type Change<Id extends RouteId> = {
  readonly params?: Values
  readonly query?: Values
  readonly ifMatch?: string
} & (RouteBody<Id> extends undefined ? { readonly body?: undefined } : { readonly body: RouteBody<Id> })

/**
 * Changes something. `stale` are the routes whose answers are out of date afterwards.
 *
 * @example
 * const suspend = useChange('suspendPerson', { stale: ['listPeople', 'getPerson'] })
 * suspend.mutate({ params: { person: id }, body: {} })
 */
export function useChange<Id extends RouteId>(
  id: Id,
  { stale }: { readonly stale: readonly RouteId[] },
): UseMutationResult<RouteAnswer<Id>, Error, Change<Id>> {
  const organization = useOrganizationSlug()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (change: Change<Id>) =>
      // `Change` is `CallInput` with the organization still missing.
      call(id, { ...change, params: { organization, ...change.params } } as unknown as CallInput<Id>),
    onSuccess: () => Promise.all(stale.map((route) => client.invalidateQueries({ queryKey: [route] }))),
  })
}

import type { CallInput, RouteAnswer } from '@rollcall/admin-api'
import {
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { problemOf } from '../api/problem.ts'
import { followOrganization } from '../i18n/i18n.ts'

export type Visit = RouteAnswer<'getSetupVisit'>
export type Detection = NonNullable<Visit['scim']>['detections'][number]

const visitKey = ['set-up visit']
const pollMs = 2_000

/** Kept until it is exchanged, so that a lost connection costs nobody his link. */
let waitingToken: string | undefined

/** The token stands in the address no longer than it must: not in the history, not on somebody's screen. */
function takeToken(): string | undefined {
  const token = location.hash.slice(1)
  if (token !== '') {
    waitingToken = token
    history.replaceState(history.state, '', location.pathname)
  }
  return waitingToken
}

async function readVisit(): Promise<Visit> {
  const token = takeToken()
  if (token === undefined) return call('getSetupVisit', {}, { isPublic: true })
  const visit = await call('beginSetupVisit', { body: { token } }, { isPublic: true })
  waitingToken = undefined
  await followOrganization(visit.language)
  return visit
}

/** How far it is; again every other second, until the link has ended. */
export function useVisit(): UseQueryResult<Visit> {
  return useQuery({
    queryKey: visitKey,
    queryFn: readVisit,
    enabled: ({ state }) => state.data?.state !== 'done',
    refetchInterval: ({ state }) => (problemOf(state.error) === undefined ? pollMs : false),
  })
}

type ChangeId = 'settleSetupStep' | 'giveSetupMetadata' | 'finishSetupVisit'

/** What the visitor does is answered with how far it is then. */
export function useVisitChange<Id extends ChangeId>(id: Id): UseMutationResult<RouteAnswer<Id>, Error, CallInput<Id>> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: CallInput<Id>) => call(id, input, { isPublic: true }),
    onMutate: () => client.cancelQueries({ queryKey: visitKey }),
    onSuccess: (visit) => {
      client.setQueryData(visitKey, visit)
    },
  })
}

export function useNewToken(): UseMutationResult<RouteAnswer<'makeSetupToken'>, Error, void> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => call('makeSetupToken', {}, { isPublic: true }),
    onSuccess: () => client.invalidateQueries({ queryKey: visitKey }),
  })
}

import { useNavigate } from '@tanstack/react-router'
import { useChange, useOrganizationSlug, useRoute } from '../api/queries.ts'
import { tellFault } from './tell-fault.ts'

type Assignments = { readonly assign?: string[]; readonly unassign?: string[] }

/** Makes a plan of assignments by the rules that are live, and leads to it. */
export function usePlanFor(app: string): { readonly isPending: boolean; run(assignments: Assignments): void } {
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const { data } = useRoute('getApp', { params: { app } })
  const create = useChange('createAppPlan', { stale: ['listAppPlans'] })
  const isLive = (data?.liveRevision ?? null) !== null
  const run = ({ assign = [], unassign = [] }: Assignments): void =>
    void create
      .mutateAsync({ params: { app }, body: { assign, unassign, ...(isLive && { revision: 'live' }) } })
      .then(
        ({ id }) => navigate({ to: '/$organization/apps/$app/plans/$plan', params: { organization, app, plan: id } }),
        tellFault,
      )
  return { isPending: create.isPending, run }
}

import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import type { Rules } from './rules.ts'

export type SavePlan = {
  readonly isPending: boolean
  readonly error: unknown
  /** Saves these as the draft, or takes the draft that there is, makes its plan and shows it. */
  run(rules: Rules | undefined): void
}

/** Nothing goes live from here: what is saved is a draft, and what it would do stands in its plan. */
export function useSavePlan(app: string): SavePlan {
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const client = useQueryClient()
  const save = useChange('saveAppRules', { stale: [] })
  const plan = useChange('createAppPlan', { stale: ['listAppPlans'] })
  const [isPending, setPending] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const proceed = async (rules: Rules | undefined): Promise<void> => {
    setPending(true)
    setError(null)
    try {
      if (rules !== undefined) await save.mutateAsync({ params: { app }, body: { rules } })
      const { id } = await plan.mutateAsync({ params: { app }, body: { assign: [], unassign: [] } })
      await navigate({ to: '/$organization/apps/$app/plans/$plan', params: { organization, app, plan: id } })
    } catch (reason) {
      setError(reason)
    }
    setPending(false)
    for (const route of ['getApp', 'getAppRules', 'listAppRevisions', 'diffAppRules'])
      await client.invalidateQueries({ queryKey: [route] })
  }
  return { isPending, error, run: (rules) => void proceed(rules) }
}

import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { showToast } from '../ui/toast.ts'

export type Organization = RouteAnswer<'getOrganization'>
export type Settings = Organization['settings']

/** The organization, once it is there. */
export function WithOrganization({ children }: { children(organization: Organization): ReactNode }) {
  const { data, error, refetch } = useRoute('getOrganization')
  if (data !== undefined) return children(data)
  return error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />
}

/** All of these carry the version of the organization: whoever saves one makes the others' stale. */
export const ofVersion = ['getOrganization', 'getAuditRetention', 'getTeamSettings', 'getOrganizationPlan'] as const

type Change = Omit<RouteBody<'updateOrganization'>, 'settings'> & { readonly settings?: Settings }

/**
 * Saves a change of the organization. What a form does not show stays as it is: the server replaces all settings but those
 * of signing in, which have a step-up of their own.
 */
export function useSaveOrganization(organization: Organization) {
  const { t } = useTranslation('settings')
  const update = useChange('updateOrganization', { stale: [...ofVersion, 'listConnections'] })
  const save = (change: Change, onSaved: (saved: Organization) => void): void => {
    const { signIn: _, ...settings } = { ...organization.settings, ...change.settings }
    update.mutate(
      { body: { ...change, settings }, ifMatch: `"${organization.version}"` },
      {
        onSuccess: (saved) => {
          showToast({ tone: 'good', text: t('saved') })
          onSaved(saved)
        },
      },
    )
  }
  return { save, update }
}

/** Fields of whoever may only look. */
export function useFieldProps(): { readonly disabled: boolean } {
  return { disabled: !useCan()('settings:manage') }
}

import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { Switch } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { showToast } from '../ui/toast.ts'
import { MappingPreview } from './mapping-preview.tsx'
import { MappingRows, type MappingRow } from './mapping-rows.tsx'
import type { Provider } from './provider-state.tsx'

type Mappings = RouteAnswer<'getSignInMappings'>
type Roles = NonNullable<RouteBody<'updateSignInMappings'>['roles']>

/** Which values of attributes give which roles and teams at a sign-in. */
export function AccessTab({ provider }: { readonly provider: Provider }) {
  const { data, error, refetch } = useRoute('getSignInMappings', { params: { identityProvider: provider.id } })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={6} />
  return <AccessForm provider={provider} mappings={data} />
}

function toValues({ roles, teams }: Mappings) {
  return {
    rolesOn: roles.enabled,
    roles: roles.mappings.map(({ attribute, value, role }): MappingRow => ({
      attribute,
      value,
      target: role?.id ?? '',
    })),
    teamsOn: teams.enabled,
    teams: teams.mappings.map(({ attribute, value, team }): MappingRow => ({ attribute, value, target: team })),
  }
}

function isWhole({ attribute, value, target }: MappingRow): boolean {
  return attribute !== '' && value !== '' && target !== ''
}

function AccessForm({ provider, mappings }: { readonly provider: Provider; readonly mappings: Mappings }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const [isAsking, setAsking] = useState(false)
  const draft = useDraft(toValues(mappings))
  const { values, changed } = draft
  const update = useChange('updateSignInMappings', { stale: ['getSignInMappings', 'getIdentityProvider'] })
  const isReadOnly = !can('sign-in:manage')
  const roles: Roles = {
    enabled: values.rolesOn,
    mappings: values.roles.filter(isWhole).map(({ attribute, value, target }) => ({ attribute, value, role: target })),
  }
  const teams = {
    enabled: values.teamsOn,
    mappings: values.teams.filter(isWhole).map(({ attribute, value, target }) => ({ attribute, value, team: target })),
  }
  const touchesRoles = changed.includes('roles') || changed.includes('rolesOn')
  const isHalf = !values.roles.every(isWhole) || !values.teams.every(isWhole)
  const send = (): void =>
    update.mutate(
      {
        params: { identityProvider: provider.id },
        body: {
          ...(touchesRoles && { roles }),
          ...((changed.includes('teams') || changed.includes('teamsOn')) && { teams }),
        },
        ifMatch: `"${mappings.version}"`,
      },
      {
        onSuccess: () => {
          draft.discard()
          setAsking(false)
          showToast({ tone: 'good', text: t('saved') })
        },
      },
    )
  const save = (): void => {
    if (isHalf) return
    if (touchesRoles && values.rolesOn) setAsking(true)
    else send()
  }
  return (
    <Form draft={draft} isPending={update.isPending} error={isAsking ? null : update.error} onSave={save}>
      <Sections draft={draft} isReadOnly={isReadOnly} isHalf={isHalf} />
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('access.sure')}
        action={t('access.save')}
        tier="affects"
        isPending={update.isPending}
        error={update.error}
        onConfirm={send}
      >
        {isAsking && <MappingPreview provider={provider.id} roles={roles} />}
      </ConfirmDialog>
    </Form>
  )
}

type SectionsProps = {
  readonly draft: Draft<ReturnType<typeof toValues>>
  readonly isReadOnly: boolean
  readonly isHalf: boolean
}

function Sections({ draft, isReadOnly, isHalf }: SectionsProps) {
  const { t } = useTranslation('singleSignOn')
  const { values, changed } = draft
  return (
    <>
      <FormSection title={t('access.roles')} lead={t('access.rolesText')}>
        <Switch
          label={t('access.rolesOn')}
          checked={values.rolesOn}
          disabled={isReadOnly}
          onChange={(event) => draft.set('rolesOn', event.currentTarget.checked)}
        />
        <MappingRows
          kind="role"
          rows={values.roles}
          isReadOnly={isReadOnly}
          onChange={(rows) => draft.set('roles', [...rows])}
        />
      </FormSection>
      <FormSection title={t('access.teams')} lead={t('access.teamsText')}>
        <Switch
          label={t('access.teamsOn')}
          checked={values.teamsOn}
          disabled={isReadOnly}
          onChange={(event) => draft.set('teamsOn', event.currentTarget.checked)}
        />
        <MappingRows
          kind="team"
          rows={values.teams}
          isReadOnly={isReadOnly}
          onChange={(rows) => draft.set('teams', [...rows])}
        />
        {isHalf && changed.length > 0 && <p role="status">{t('access.half')}</p>}
      </FormSection>
    </>
  )
}

import { NumberInput, Select } from '@mantine/core'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { teamSourceNames } from '@rollcall/admin-api/names'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf, problemOf } from '../api/problem.ts'
import { useChange, useRoute } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { showToast } from '../ui/toast.ts'
import { ofVersion, useFieldProps } from './organization.tsx'
import styles from './settings.module.css'

type Settings = RouteAnswer<'getTeamSettings'>

const seatsMax = 100_000_000
const namesMax = 8

export function TeamSettings() {
  const { data, error, refetch } = useRoute('getTeamSettings')
  if (data !== undefined) return <TeamForm settings={data} />
  return error === null ? <Skeletons rows={3} /> : <ErrorBlock error={error} onRetry={() => void refetch()} />
}

/** What would remove people is refused first, with their names; whoever confirms has read them. */
function TeamForm({ settings }: { readonly settings: Settings }) {
  const { t } = useTranslation('settings')
  const field = useFieldProps()
  const draft = useDraft({ source: settings.source, seats: settings.seats })
  const update = useChange('updateTeamSettings', { stale: [...ofVersion, 'listTeams', 'getTeam'] })
  const [isAsking, setAsking] = useState(false)
  const { values } = draft
  const confirmation = problemOf(update.error)?.confirmation
  const save = (confirm?: string): void => {
    const body: RouteBody<'updateTeamSettings'> = { ...values, ...(confirm !== undefined && { confirm }) }
    update.mutate(
      { body, ifMatch: `"${settings.version}"` },
      {
        onSuccess: () => {
          setAsking(false)
          draft.discard()
          showToast({ tone: 'good', text: t('saved') })
        },
        onError: (error) => setAsking(problemOf(error)?.code === 'confirmationNeeded'),
      },
    )
  }
  return (
    <>
      <Form draft={draft} isPending={update.isPending} error={isAsking ? null : update.error} onSave={() => save()}>
        <FormSection title={t('teams.title')} lead={t('teams.text')}>
          <Select
            {...field}
            label={t('teams.source')}
            description={t('teams.sourceText')}
            allowDeselect={false}
            data={teamSourceNames.map((value) => ({ value, label: t(`teams.from.${value}`) }))}
            value={values.source}
            onChange={(value) => draft.set('source', teamSourceNames.find((each) => each === value) ?? values.source)}
          />
          <NumberInput
            {...field}
            label={t('teams.seats')}
            description={t('teams.seatsText')}
            placeholder={t('teams.noLimit')}
            min={0}
            max={seatsMax}
            allowDecimal={false}
            value={values.seats ?? ''}
            error={fieldErrorsOf(update.error)['seats']}
            onChange={(value) => draft.set('seats', value === '' ? null : Number(value))}
          />
        </FormSection>
      </Form>
      <Removal
        confirmation={isAsking ? confirmation : undefined}
        isPending={update.isPending}
        onClose={() => setAsking(false)}
        onConfirm={save}
      />
    </>
  )
}

type RemovalProps = {
  /** Whom it would remove; undefined: nobody is asked. */
  readonly confirmation: NonNullable<ReturnType<typeof problemOf>>['confirmation'] | undefined
  readonly isPending: boolean
  onClose(): void
  onConfirm(token: string): void
}

function Removal({ confirmation, isPending, onClose, onConfirm }: RemovalProps) {
  const { t } = useTranslation('settings')
  return (
    <ConfirmDialog
      isOpen={confirmation !== undefined}
      onClose={onClose}
      title={t('teams.sure')}
      action={t('teams.remove')}
      tier="affects"
      isPending={isPending}
      onConfirm={() => onConfirm(confirmation?.token ?? '')}
    >
      <p>{t('teams.removes', { count: confirmation?.count ?? 0 })}</p>
      <ul className={styles.list}>
        {confirmation?.removes.slice(0, namesMax).map(({ team, member }) => (
          <li key={`${team.id} ${member.id}`}>
            {t('teams.member', { member: member.name ?? member.id, team: team.name })}
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  )
}

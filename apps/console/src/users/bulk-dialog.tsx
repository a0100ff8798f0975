import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteBody } from '@rollcall/admin-api'
import { useChange, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { TeamPicker } from '../teams/team-picker.tsx'
import { DateField } from '../ui/date-field.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { endOf } from './override.ts'
import type { PeopleSelection } from './selection.ts'
import styles from './users.module.css'

export type BulkAct = Exclude<RouteBody<'actOnPeople'>['act'], 'resendInvitation'>

type BulkDialogProps = {
  readonly act: BulkAct
  readonly selection: Pick<PeopleSelection, 'count' | 'isMatching' | 'toPeople'>
  onClose(): void
  onStarted(run: string): void
}

/** Asks before many are touched: how many for certain, what becomes of them, why, and what of those of a source. */
export function BulkDialog({ act, selection, onClose, onStarted }: BulkDialogProps) {
  const { t } = useTranslation('users')
  const formats = useFormats()
  const [reason, setReason] = useState('')
  const [until, setUntil] = useState('')
  const [team, setTeam] = useState<string>()
  const start = useChange('actOnPeople', { stale: ['listRuns'] })
  const count = useExactCount(selection)
  const submit = (): void => {
    const words = reason.trim()
    start.mutate(
      {
        body: {
          act,
          people: selection.toPeople(),
          ...(team !== undefined && { team }),
          ...(words !== '' && { reason: words }),
          ...(until !== '' && act !== 'addToTeam' && { overrideUntil: endOf(until) }),
        },
      },
      { onSuccess: ({ id }) => onStarted(id) },
    )
  }
  const numbers = { count: count ?? 0, number: formats.number(count ?? 0) }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t(`bulk.${act}`)}
      action={t(`bulk.${act}Action`, numbers)}
      isDanger={act === 'suspend'}
      isReady={count !== undefined && (act !== 'addToTeam' || team !== undefined)}
      change={start}
      onSubmit={submit}
    >
      <p className={styles.note}>{count === undefined ? t('bulk.counting') : t(`bulk.${act}Text`, numbers)}</p>
      {act === 'addToTeam' ? (
        <TeamPicker label={t('bulk.team')} value={team} onChange={setTeam} />
      ) : (
        <>
          <Textarea
            label={t('acts.reason')}
            value={reason}
            autosize
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <DateField
            label={t('bulk.override')}
            description={t('bulk.overrideText')}
            value={until}
            onChange={setUntil}
          />
        </>
      )}
    </FormDialog>
  )
}

/** The list may only estimate; whoever confirms is told how many it is. */
function useExactCount({ count, isMatching, toPeople }: BulkDialogProps['selection']): number | undefined {
  const people = toPeople()
  const matching = 'matching' in people ? people.matching : {}
  const except = 'except' in people ? (people.except?.length ?? 0) : 0
  const { data } = useRoute(
    'listPeople',
    { query: { ...matching, limit: 1, count: 'exactly' } },
    { enabled: isMatching },
  )
  if (!isMatching) return count
  return data?.count === undefined ? undefined : Math.max(0, data.count.value - except)
}

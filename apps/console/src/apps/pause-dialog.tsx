import { Select, TextInput } from '@mantine/core'
import type { RouteAnswer, RouteId } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'

type PauseDialogProps = {
  readonly app: RouteAnswer<'getApp'>
  readonly isOpen: boolean
  onClose(): void
  readonly stale: readonly RouteId[]
}

const hourMs = 3_600_000
const ends = { hour: hourMs, hours: 4 * hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs } as const
type End = keyof typeof ends
const endNames = Object.keys(ends) as readonly End[] // The keys of the literal above.

/** Why it is paused is what the next administrator asks first. */
export function PauseDialog({ app, isOpen, onClose, stale }: PauseDialogProps) {
  const { t } = useTranslation('apps')
  const [reason, setReason] = useState('')
  const [end, setEnd] = useState<End>()
  const pause = useChange('pauseApp', { stale })
  const submit = (): void => {
    const body = {
      ...(reason.trim() !== '' && { reason: reason.trim() }),
      ...(end !== undefined && { until: new Date(Date.now() + ends[end]).toISOString() }),
    }
    pause.mutate(
      { params: { app: app.id }, body },
      {
        onSuccess: () => {
          setReason('')
          setEnd(undefined)
          onClose()
          showToast({ tone: 'good', text: t('done.paused', { name: app.name }) })
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('ask.pause', { name: app.name })}
      action={t('act.pause')}
      change={pause}
      onSubmit={submit}
    >
      <p>{t('ask.pauseText')}</p>
      <TextInput
        data-autofocus
        label={t('ask.reason')}
        description={t('ask.reasonHelp')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Select
        label={t('ask.until')}
        placeholder={t('ask.untilNever')}
        clearable
        data={endNames.map((name) => ({ value: name, label: t(`ask.end.${name}`) }))}
        value={end ?? null}
        onChange={(value) => setEnd(endNames.find((name) => name === value))}
      />
    </FormDialog>
  )
}

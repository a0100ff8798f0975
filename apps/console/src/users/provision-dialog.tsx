import { NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

type ProvisionDialogProps = { readonly ids: readonly string[]; onClose(): void; onStarted(run: string): void }

/** Sends those who are chosen to an app now, by a run. */
export function ProvisionDialog({ ids, onClose, onStarted }: ProvisionDialogProps) {
  const { t } = useTranslation('users')
  const formats = useFormats()
  const apps = usePages('listApps')
  const [chosen, choose] = useState('')
  const app = chosen === '' ? apps.rows[0]?.id : chosen
  const send = useChange('provisionMany', { stale: ['listRuns', 'getPersonPage'] })
  const submit = (): void =>
    send.mutate(
      { params: { app }, body: { subjects: [...ids], evenIfPaused: false } },
      { onSuccess: ({ id }) => onStarted(id) },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('bulk.provision')}
      action={t('bulk.provisionAction', { count: ids.length, number: formats.number(ids.length) })}
      isReady={app !== undefined}
      change={send}
      onSubmit={submit}
    >
      <NativeSelect
        label={t('bulk.app')}
        value={app ?? ''}
        data={apps.rows.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import type { Upcoming } from './upcoming-page.tsx'

/** Calls a date off, with a reason, for as long as the source says no other. */
export function CancelDialog({ entry, onClose }: { readonly entry: Upcoming | undefined; onClose(): void }) {
  const { t } = useTranslation('upcoming')
  const formats = useFormats()
  const [reason, write] = useState('')
  const cancel = useChange('cancelSourceUpcoming', { stale: ['listUpcoming', 'listSourceUpcoming', 'getSourceRecord'] })
  const close = (): void => {
    write('')
    cancel.reset()
    onClose()
  }
  const submit = (): void => {
    if (entry === undefined) return
    const { sourceId, anchor, kind } = entry
    cancel.mutate(
      { params: { source: sourceId }, body: { anchor, kind, reason: reason.trim() } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('cancel.done') })
          close()
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen={entry !== undefined}
      onClose={close}
      title={t('cancel.title')}
      action={t('cancel.action')}
      isReady={reason.trim() !== ''}
      change={cancel}
      onSubmit={submit}
    >
      {entry !== undefined && (
        <p>
          {t('cancel.text', {
            kind: t(`kind.${entry.kind}`),
            name: entry.name ?? entry.anchor,
            day: formats.date(entry.at),
          })}
        </p>
      )}
      <TextInput label={t('cancel.reason')} value={reason} onChange={(event) => write(event.currentTarget.value)} />
    </FormDialog>
  )
}

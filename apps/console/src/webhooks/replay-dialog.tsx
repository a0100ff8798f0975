import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { SinceField } from './since-field.tsx'
import { fromInstant, lastDay, toInstant, type Since } from './since.ts'
import type { Webhook } from './webhook-state.tsx'
import styles from './webhooks.module.css'

type ReplayDialogProps = {
  readonly webhook: Webhook
  /** Since when something may be missing, where that is known. */
  readonly since?: string
  /** It has just been enabled again: this is the question that follows. */
  readonly isAfterEnabling?: boolean
  onClose(): void
}

/** Sends what the endpoint has never been sent, such as while it was disabled. */
export function ReplayDialog({ webhook, since: known, isAfterEnabling = false, onClose }: ReplayDialogProps) {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  const [since, setSince] = useState<Since>(known === undefined ? lastDay : fromInstant(known))
  const replay = useReplay(webhook.id)
  const submit = (): void => {
    const from = toInstant(since, Date.now())
    if (from === undefined) return
    replay.mutate(from, {
      onSuccess: (count) => {
        onClose()
        showToast({
          tone: 'good',
          text: count === 0 ? t('replay.nothing') : t('replay.done', { count, number: formats.number(count) }),
        })
      },
    })
  }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={isAfterEnabling ? t('replay.afterTitle') : t('replay.title')}
      action={t('replay.action')}
      isReady={toInstant(since, Date.now()) !== undefined}
      change={replay}
      onSubmit={submit}
    >
      <p className={styles.note}>{isAfterEnabling ? t('replay.afterText') : t('replay.text')}</p>
      <SinceField since={since} onChange={setSince} />
    </FormDialog>
  )
}

/** One call looks through some thousand events: they follow each other until all are. */
function useReplay(webhook: string) {
  const organization = useOrganizationSlug()
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (since: string) => {
      let total = 0
      let cursor: string | null | undefined
      do {
        const body = { since, ...(typeof cursor === 'string' && { cursor }) }
        const { count, nextCursor } = await call('replayWebhook', { params: { organization, webhook }, body })
        total += count
        cursor = nextCursor
      } while (cursor !== null)
      return total
    },
    onSuccess: () => client.invalidateQueries({ queryKey: ['listDeliveries'] }),
  })
}

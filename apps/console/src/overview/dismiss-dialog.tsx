import { Textarea } from '@mantine/core'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'

export type Need = RouteAnswer<'getOverview'>['needs'][number]

type DismissDialogProps = {
  /** Undefined: closed. */
  readonly need: Need | undefined
  readonly words: string
  onClose(): void
}

/** Puts a need off for some days. The reason stands in the history; the toast takes it back. */
export function DismissDialog({ need, words, onClose }: DismissDialogProps) {
  const { t } = useTranslation('overview')
  const [reason, setReason] = useState('')
  const dismiss = useChange('dismissNeed', { stale: ['getOverview', 'getDismissals'] })
  const undo = useChange('undoDismissal', { stale: ['getOverview', 'getDismissals'] })
  const close = (): void => {
    setReason('')
    dismiss.reset()
    onClose()
  }
  // Its line may be gone by the time the answer is here, so the component cannot be what waits for it.
  const send = async (body: RouteBody<'dismissNeed'>, takeBack: () => void): Promise<void> => {
    try {
      await dismiss.mutateAsync({ body })
    } catch {
      return // said in the dialog
    }
    showToast({ tone: 'good', text: t('dismiss.done'), action: { label: t('dismiss.undo'), run: takeBack } })
    close()
  }
  const submit = (): void => {
    if (need === undefined) return
    const body = { code: need.code, ...(need.subject !== null && { subject: need.subject.id }) }
    void send({ ...body, reason: reason.trim() }, () => undo.mutate({ body }))
  }
  return (
    <FormDialog
      isOpen={need !== undefined}
      onClose={close}
      title={t('dismiss.title')}
      action={t('dismiss.act')}
      isReady={reason.trim() !== ''}
      change={dismiss}
      onSubmit={submit}
    >
      <p>{words}</p>
      <Textarea
        data-autofocus
        required
        label={t('dismiss.reason')}
        description={t('dismiss.help')}
        value={reason}
        autosize
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

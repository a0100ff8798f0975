import { Button, Group, Modal, Textarea } from '@mantine/core'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './overview.module.css'

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
  const { t: common } = useTranslation()
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
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (need === undefined) return
    const body = { code: need.code, ...(need.subject !== null && { subject: need.subject.id }) }
    void send({ ...body, reason: reason.trim() }, () => undo.mutate({ body }))
  }
  return (
    <Modal
      opened={need !== undefined}
      onClose={close}
      title={t('dismiss.title')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form className={styles.form} onSubmit={submit}>
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
        {dismiss.isError && <ErrorBlock error={dismiss.error} />}
        <Group justify="flex-end">
          <Button onClick={close}>{common('cancel')}</Button>
          <Button type="submit" variant="filled" disabled={reason.trim() === ''} loading={dismiss.isPending}>
            {t('dismiss.act')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}

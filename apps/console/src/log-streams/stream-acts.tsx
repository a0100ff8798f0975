import { Button, Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { tellOutcome } from '../ui/toast.ts'
import styles from './log-streams.module.css'
import type { LogStream } from './stream-state.tsx'

/** Trying it, and keeping it still for a while: nothing is lost meanwhile. */
export function StreamActs({ stream }: { readonly stream: LogStream }) {
  const { t } = useTranslation('logStreams')
  const can = useCan()
  const [isTesting, setTesting] = useState(false)
  const change = useChange('updateAuditStream', { stale: ['getAuditStream', 'listAuditStreams'] })
  const { mutate, ...test } = useChange('testAuditStream', { stale: [] })
  if (!can('audit:manage')) return null
  const isPaused = stream.state === 'paused'
  const set = (): void =>
    tellOutcome(
      change.mutateAsync({ params: { auditStream: stream.id }, body: { state: isPaused ? 'active' : 'paused' } }),
      () => (isPaused ? t('act.resumed') : t('act.paused')),
    )
  return (
    <>
      <Button
        leftSection={isPaused ? <icons.play /> : <icons.pause />}
        variant={isPaused ? 'filled' : 'default'}
        loading={change.isPending}
        onClick={set}
      >
        {isPaused ? t('act.resume') : t('act.pause')}
      </Button>
      <Button
        variant={isPaused ? 'default' : 'filled'}
        leftSection={<icons.send />}
        onClick={() => {
          setTesting(true)
          mutate({ params: { auditStream: stream.id } })
        }}
      >
        {t('act.test')}
      </Button>
      <TestDialog isOpen={isTesting} test={test} onClose={() => setTesting(false)} />
    </>
  )
}

type TestDialogProps = {
  readonly isOpen: boolean
  readonly test: Omit<ReturnType<typeof useChange<'testAuditStream'>>, 'mutate'>
  onClose(): void
}

/** What came of one made-up event. */
function TestDialog({ isOpen, test: { data, error, isPending }, onClose }: TestDialogProps) {
  const { t } = useTranslation('logStreams')
  const { t: common } = useTranslation()
  return (
    <Modal opened={isOpen} onClose={onClose} title={t('act.test')} closeButtonProps={{ 'aria-label': common('close') }}>
      <div className={styles.test}>
        <p className={styles.note}>{t('test.text')}</p>
        {error !== null && <ErrorBlock error={error} />}
        <div role="status">
          {isPending && <p>{t('test.waiting')}</p>}
          {data?.isDelivered === true && <StateChip tone="good">{t('test.delivered')}</StateChip>}
          {data?.isDelivered === false && (
            <>
              <StateChip tone="bad">{t('test.refused')}</StateChip>
              <p lang="en">{data.error}</p>
            </>
          )}
        </div>
        <div className={styles.buttons}>
          <Button data-autofocus onClick={onClose}>
            {common('close')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

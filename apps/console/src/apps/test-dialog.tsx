import { Button, Modal } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Suspense, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { Exchanges } from '../logs/exchanges.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import styles from './apps.module.css'

type TestDialogProps = {
  readonly app: Pick<RouteAnswer<'getApp'>, 'id' | 'name'>
  readonly isOpen: boolean
  onClose(): void
}

/** Asks the app for something cheap and shows what went over the wire, with how long each took. */
export function TestDialog({ app, isOpen, onClose }: TestDialogProps) {
  const { t } = useTranslation(['apps', 'common'])
  const { mutate, data, error, isPending } = useChange('testApp', { stale: ['getAppHealth'] })
  useEffect(() => {
    if (isOpen) mutate({ params: { app: app.id } })
  }, [isOpen, app.id, mutate])
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('test.title', { name: app.name })}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <div className={styles.dialog} aria-live="polite">
        {isPending && <Skeletons rows={3} />}
        {error !== null && <ErrorBlock error={error} />}
        <Suspense fallback={<Skeletons rows={3} />}>
          {data !== undefined && !isPending && <TestResult result={data} />}
        </Suspense>
        <div className={styles.buttons}>
          <Button
            leftSection={<icons.retry size={14} />}
            loading={isPending}
            onClick={() => mutate({ params: { app: app.id } })}
          >
            {t('test.again')}
          </Button>
          <Button variant="filled" onClick={onClose}>
            {t('common:done')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

function TestResult({ result }: { readonly result: RouteAnswer<'testApp'> }) {
  const { t } = useTranslation('apps')
  const reasonWords = useEngineReasons()
  const words = result.reason === null ? undefined : reasonWords(result.reason, result.explanation)
  return (
    <>
      <div>
        <StateChip tone={result.isWorking ? 'good' : 'bad'}>
          {t(result.isWorking ? 'test.works' : 'test.fails')}
        </StateChip>
      </div>
      {!result.isWorking && (
        <div className={styles.explained}>
          <p>
            <strong>{words?.meaning}</strong>
          </p>
          {words !== undefined && words.remedy !== '' && <p>{words.remedy}</p>}
          {result.detail !== null && <p className={styles.quiet}>{result.detail}</p>}
        </div>
      )}
      <Exchanges exchanges={result.exchanges} />
    </>
  )
}

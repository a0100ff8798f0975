import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Time } from '../ui/time.tsx'
import { RequestBody } from './request-body.tsx'
import { RequestChanges } from './request-changes.tsx'
import type { RequestAnswer } from './request-view.tsx'
import styles from './requests.module.css'

/** The same request once more, to see what it would do now: nothing of it stays. */
export function RequestReplay({ request }: { readonly request: RequestAnswer }) {
  const { t } = useTranslation('requests')
  const can = useCan()
  const replay = useChange('replayRequest', { stale: [] })
  if (!can('connections:manage')) return null
  const outcome = replay.data
  return (
    <section className={styles.part} aria-live="polite">
      <div className={styles.partHead}>
        <h2>{t('part.replay')}</h2>
        <Button
          size="xs"
          leftSection={<icons.retry size={14} />}
          loading={replay.isPending}
          onClick={() => replay.mutate({ params: { request: request.id } })}
        >
          {t('replay.run')}
        </Button>
      </div>
      <p className={styles.nothing}>{t('replay.text')}</p>
      {replay.error !== null && <ErrorBlock error={replay.error} />}
      {outcome !== undefined && (
        <>
          <p className={styles.verdict} data-same={outcome.sameStatus || undefined}>
            {outcome.sameStatus ? <icons.good /> : <icons.warning />}
            {outcome.sameStatus ? t('replay.same') : t('replay.other')}
            <Time at={outcome.ranAt} />
          </p>
          {outcome.redacted && <p className={styles.nothing}>{t('replay.redacted')}</p>}
          <div className={styles.sides}>
            <div>
              <h3>{t('replay.then')}</h3>
              <RequestBody
                label={t('replay.then')}
                head={String(request.status)}
                body={request.responseBody}
                areKept={request.kept.bodies}
              />
            </div>
            <div>
              <h3>{t('replay.now')}</h3>
              <RequestBody
                label={t('replay.now')}
                head={String(outcome.status)}
                body={outcome.body === '' ? null : outcome.body}
                areKept
              />
            </div>
          </div>
          <h3>{t('replay.diff')}</h3>
          <RequestChanges changes={outcome.diff} none={t('replay.noDiff')} />
        </>
      )}
    </section>
  )
}

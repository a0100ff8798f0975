import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { LogStatus } from '../logs/log-status.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import { Outcome } from './preview.tsx'
import styles from './provision.module.css'

/** The second button: after the preview, for real. */
export function ApplySection({ app: id, objects }: { readonly app: string; readonly objects: readonly string[] }) {
  const { t } = useTranslation('provision')
  const can = useCan()
  const reasonWords = useEngineReasons()
  const [evenIfPaused, setEvenIfPaused] = useState(false)
  const { data: app } = useRoute('getApp', { params: { app: id } })
  const provision = useChange('provisionNow', { stale: ['previewApp', 'getAppProgress', 'listProvisioningLog'] })
  if (!can('apps:run') || app === undefined) return null
  const isOff = app.state !== 'active'
  const apply = (): void => provision.mutate({ params: { app: id }, body: { subjects: [...objects], evenIfPaused } })
  return (
    <>
      <Section title={t('apply.title')}>
        <div className={styles.apply}>
          <p>{t('apply.text', { name: app.name })}</p>
          {isOff && (
            <Checkbox
              label={t('apply.evenIfPaused')}
              checked={evenIfPaused}
              onChange={(event) => setEvenIfPaused(event.currentTarget.checked)}
            />
          )}
          <Button
            variant="filled"
            leftSection={<icons.send size={16} />}
            disabled={isOff && !evenIfPaused}
            loading={provision.isPending}
            onClick={apply}
          >
            {t('apply.button')}
          </Button>
          {provision.error !== null && <ErrorBlock error={provision.error} />}
        </div>
      </Section>
      {provision.data?.data.map((trace) => (
        <Section
          key={trace.id}
          title={t('apply.result', { name: trace.object.name ?? trace.object.id })}
          actions={<LogStatus status={trace.status} />}
        >
          <div className={styles.result}>
            <p className={styles.words}>{reasonWords(trace.reason, trace.explanation).meaning}</p>
            <Outcome steps={trace.steps} modified={trace.modified} exchanges={trace.exchanges} />
          </div>
        </Section>
      ))}
    </>
  )
}

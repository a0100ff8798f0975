import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { CycleState } from './cycle-state.tsx'
import { RunStrip } from './run-strip.tsx'
import styles from './apps.module.css'

const runsShown = 30

/** The last thirty runs, the newest on the right. */
export function RunHistory({ app }: { readonly app: string }) {
  const { t } = useTranslation('apps')
  const organization = useOrganizationSlug()
  const { data, error, refetch } = useRoute('listAppCycles', { params: { app }, query: { limit: runsShown } })
  const [last] = data?.data ?? []
  return (
    <Section
      title={t('history.title')}
      actions={
        <Link to="/$organization/apps/$app/runs" params={{ organization, app }}>
          {t('history.all')}
        </Link>
      }
    >
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons rows={3} />}
      {data !== undefined && last === undefined && (
        <EmptyState icon="runs" title={t('history.none')}>
          {t('history.noneText')}
        </EmptyState>
      )}
      {last !== undefined && (
        <p className={styles.facts}>
          <span>{t(`cycle.${last.kind}`)}</span>
          <CycleState state={last.state} />
          <Time at={last.startedAt} />
        </p>
      )}
      {last !== undefined && <RunStrip app={app} cycles={data?.data ?? []} />}
    </Section>
  )
}

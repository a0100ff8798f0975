import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { usePolling } from '../api/live.ts'
import { useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { AppFacts } from './app-facts.tsx'
import { Checklist } from './checklist.tsx'
import { LiveRun } from './live-run.tsx'
import { Plans } from './plans.tsx'
import { RunHistory } from './run-history.tsx'
import { SinceGood } from './since-good.tsx'
import styles from './apps.module.css'

const route = getRouteApi('/$organization/apps/$app')

/** How an app stands: numbers, the run, what it can do. */
export function OverviewTab() {
  const { t } = useTranslation('apps')
  const { app: id } = route.useParams()
  const { data: app } = useRoute('getApp', { params: { app: id } })
  const isMoving = app?.state === 'active' || app?.state === 'stopping'
  const refetchInterval = usePolling(isMoving)
  const { data: progress, error, refetch } = useRoute('getAppProgress', { params: { app: id } }, { refetchInterval })
  if (app === undefined) return null
  return (
    <>
      {app.state === 'draft' && <Checklist app={app} />}
      {error !== null && progress === undefined && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {progress === undefined && error === null && <Skeletons rows={3} />}
      {progress !== undefined && (
        <>
          <Section title={t('counts.title')}>
            <Counts kind="people" progress={progress} />
            <Counts kind="teams" progress={progress} />
            <Lanes lanes={progress.lanes} />
          </Section>
          <LiveRun app={app} progress={progress} />
        </>
      )}
      <RunHistory app={id} />
      <SinceGood app={app} />
      <Plans app={app.id} />
      <AppFacts app={app} />
    </>
  )
}

type Progress = RouteAnswer<'getAppProgress'>

function Counts({ kind, progress }: { readonly kind: 'people' | 'teams'; readonly progress: Progress }) {
  const { t } = useTranslation('apps')
  const { organization, app } = route.useParams()
  const formats = useFormats()
  const counts = progress[kind]
  const tiles = [
    { name: 'scope', count: counts.total - counts.outOfScope },
    { name: 'provisioned', count: counts.inSync },
    { name: 'pending', count: counts.pending + counts.waiting },
    { name: 'failed', count: counts.escrowed + counts.conflict },
    { name: 'held', count: counts.held },
    { name: 'out', count: counts.outOfScope },
  ] as const
  return (
    <div className={styles.countRow}>
      <h3 className={styles.countKind}>{t(`counts.${kind}`)}</h3>
      <dl className={styles.tiles}>
        {tiles.map(({ name, count }) => (
          <div key={name} className={styles.tile} data-name={name} data-some={count > 0 || undefined}>
            <dt>{t(`counts.${name}`)}</dt>
            <dd>
              {name === 'failed' && count > 0 ? (
                <Link to="/$organization/quarantine" params={{ organization }} search={{ tab: 'stuck', app }}>
                  {formats.number(count)}
                </Link>
              ) : (
                formats.number(count)
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

/** What waits to be sent, the most urgent first. */
function Lanes({ lanes }: Pick<Progress, 'lanes'>) {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  if (lanes.length === 0) return null
  return (
    <p className={styles.facts}>
      <span>{t('lanes.title')}</span>
      {lanes.map(({ lane, count }) => (
        <span key={lane}>{t(`lanes.${lane}`, { number: formats.number(count) })}</span>
      ))}
    </p>
  )
}

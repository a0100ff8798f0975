import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { pollingMs } from '../api/live.ts'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { useNow } from '../ui/time.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { tellOutcome } from '../ui/toast.ts'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import styles from './apps.module.css'

type App = RouteAnswer<'getApp'>

/** What is wrong, since when, what happens meanwhile, what can be done. Nothing when all is well. */
export function AppBanner({ app }: { readonly app: App }) {
  // It may be told to wait at any moment, which no event tells of.
  const refetchInterval = app.state === 'active' && pollingMs
  const { data: health } = useRoute('getAppHealth', { params: { app: app.id } }, { refetchInterval })
  return (
    <>
      {app.state === 'paused' && <PausedBanner app={app} />}
      {/* It comes while somebody works: the page must not give way to its words. */}
      <Suspense>
        {health !== undefined && health.health !== 'healthy' && <HealthBanner app={app} health={health} />}
      </Suspense>
      {app.state === 'active' && health !== undefined && <Throttle pace={health.pace} />}
    </>
  )
}

function PausedBanner({ app }: { readonly app: App }) {
  const { t } = useTranslation('apps')
  return (
    <div className={styles.banner} data-tone="warn" role="status">
      <icons.pause size={18} />
      <div className={styles.bannerWords}>
        <p>
          <strong>{t('banner.paused')}</strong>
        </p>
        <p>{app.pausedReason ?? t('banner.noReason')}</p>
        <p className={styles.quiet}>{t('banner.pausedText')}</p>
        {app.pausedUntil !== null && (
          <p className={styles.facts}>
            <TimeInWords text={t('banner.resumes')} at={app.pausedUntil} />
          </p>
        )}
      </div>
    </div>
  )
}

/** Nothing is wrong: the app takes no more at the moment. */
function Throttle({ pace }: Pick<RouteAnswer<'getAppHealth'>, 'pace'>) {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  const now = useNow()
  if (pace === null || pace.waitsUntil === null) return null
  const { waitsUntil, waitsFor, setBy, ratePerSecond } = pace
  const left = formats.duration(Math.max(0, Date.parse(waitsUntil) - Math.max(now, Date.now())))
  return (
    <div className={styles.banner} data-tone="info" role="status">
      <icons.clock size={18} />
      <div className={styles.bannerWords}>
        <p>
          <strong>{t('banner.throttled', { time: left })}</strong>
        </p>
        <p>{t(setBy === 'app' ? 'banner.setByApp' : 'banner.setByUs')}</p>
        <p className={styles.facts}>
          <span>{t('banner.rate', { rate: formats.number(ratePerSecond) })}</span>
          {waitsFor !== null && <code>{waitsFor}</code>}
        </p>
      </div>
    </div>
  )
}

function HealthBanner({ app, health }: { readonly app: App; readonly health: RouteAnswer<'getAppHealth'> }) {
  const { t } = useTranslation('apps')
  const { data: progress } = useRoute('getAppProgress', { params: { app: app.id } })
  const formats = useFormats()
  const reasonWords = useEngineReasons()
  const words = health.reason === null ? undefined : reasonWords(health.reason, health)
  const count = progress === undefined ? undefined : progress.people.pending + progress.teams.pending
  return (
    <div className={styles.banner} data-tone={health.health === 'quarantined' ? 'bad' : 'warn'} role="status">
      <icons.quarantine size={18} />
      <div className={styles.bannerWords}>
        <p>
          <strong>{t(`banner.${health.health}`)}</strong>
        </p>
        {words !== undefined && <p>{words.meaning}</p>}
        {words !== undefined && <p>{words.remedy}</p>}
        {health.detail !== null && <p className={styles.quiet}>{health.detail}</p>}
        <p className={styles.facts}>
          {health.since !== null && <TimeInWords text={t('banner.since')} at={health.since} />}
          {health.nextProbeAt !== null && <TimeInWords text={t('banner.nextTry')} at={health.nextProbeAt} />}
          {count !== undefined && count > 0 && (
            <span>{t('banner.waiting', { count, number: formats.number(count) })}</span>
          )}
        </p>
      </div>
      {health.health !== 'degraded' && <HealthActs app={app} />}
    </div>
  )
}

function HealthActs({ app }: { readonly app: App }) {
  const { t } = useTranslation('apps')
  const can = useCan()
  const stale = ['getAppHealth', 'getOverview', 'getAppProgress'] as const
  const probe = useChange('probeApp', { stale })
  const release = useChange('releaseApp', { stale })
  if (!can('apps:run')) return null
  const change = { params: { app: app.id } }
  return (
    <div className={styles.bannerActs}>
      <Button
        variant="filled"
        loading={probe.isPending}
        onClick={() => tellOutcome(probe.mutateAsync(change), () => t('banner.probeAsked'))}
      >
        {t('banner.probe')}
      </Button>
      <Button
        loading={release.isPending}
        onClick={() => tellOutcome(release.mutateAsync(change), () => t('banner.released'))}
      >
        {t('banner.release')}
      </Button>
    </div>
  )
}

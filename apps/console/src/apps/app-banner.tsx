import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { tellOutcome } from '../ui/toast.ts'
import styles from './apps.module.css'

type App = RouteAnswer<'getApp'>

/** What is wrong, since when, what happens meanwhile, what can be done. Nothing when all is well. */
export function AppBanner({ app }: { readonly app: App }) {
  const { data: health } = useRoute('getAppHealth', { params: { app: app.id } })
  return (
    <>
      {app.state === 'paused' && <PausedBanner app={app} />}
      {health !== undefined && health.health !== 'healthy' && <HealthBanner app={app} health={health} />}
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
      </div>
    </div>
  )
}

function HealthBanner({ app, health }: { readonly app: App; readonly health: RouteAnswer<'getAppHealth'> }) {
  const { t } = useTranslation('apps')
  const { data: progress } = useRoute('getAppProgress', { params: { app: app.id } })
  const formats = useFormats()
  const count = progress === undefined ? undefined : progress.people.pending + progress.teams.pending
  return (
    <div className={styles.banner} data-tone={health.health === 'quarantined' ? 'bad' : 'warn'} role="status">
      <icons.quarantine size={18} />
      <div className={styles.bannerWords}>
        <p>
          <strong>{t(`banner.${health.health}`)}</strong>
        </p>
        {health.meaning !== null && <p>{health.meaning}</p>}
        {health.remedy !== null && <p>{health.remedy}</p>}
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

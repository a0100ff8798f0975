import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLiveState } from '../api/live.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { Progress } from '../ui/progress.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import styles from './apps.module.css'
import { RunTail } from './run-tail.tsx'

type Parts = { readonly app: RouteAnswer<'getApp'>; readonly progress: RouteAnswer<'getAppProgress'> }

const phases = ['evaluating', 'exporting', 'done'] as const

/** The cycle that runs: where it is, how far, how fast, how long; the title of the window says it too. */
export function LiveRun({ app, progress }: Parts) {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  const live = useLiveState()
  const organization = useOrganizationSlug()
  const { cycle } = progress
  const phase = phases.find((each) => each === cycle?.state)
  const isRunning = phase !== undefined && phase !== 'done'
  const pending = progress.people.pending + progress.teams.pending
  const total = cycle?.estimate ?? undefined
  const done = total === undefined ? 0 : Math.max(0, total - pending)
  const share =
    isRunning && total !== undefined && total > 0 ? formats.percent(Math.floor((done / total) * 100) / 100) : ''
  useEffect(() => {
    if (share === '') return undefined
    const before = document.title
    document.title = `${share} · ${app.name}`
    return () => {
      document.title = before
    }
  }, [share, app.name])
  if (cycle === null || !isRunning) return null
  return (
    <Section
      title={t('run.running', { kind: t(`cycle.${cycle.kind}`) })}
      actions={
        <Link
          to="/$organization/apps/$app/logs"
          params={{ organization, app: app.id }}
          search={{ cycle: cycle.id, live: true }}
        >
          {t('run.follow')}
        </Link>
      }
    >
      <Stepper current={phase} />
      <Progress label={t(`phase.${phase}`)} done={done} total={total} perSecond={progress.ratePerSecond} />
      <p className={styles.facts}>
        <TimeInWords text={t('run.startedAt')} at={cycle.startedAt} />
        <span>{t('run.rules', { revision: formats.number(cycle.rulesRevision) })}</span>
        {live !== 'on' && <span>{t('run.polling')}</span>}
      </p>
      <RunTail app={app.id} cycle={cycle.id} />
    </Section>
  )
}

function Stepper({ current }: { readonly current: (typeof phases)[number] }) {
  const { t } = useTranslation('apps')
  const at = phases.indexOf(current)
  return (
    <ol className={styles.stepper}>
      {phases.map((phase, index) => (
        <li key={phase} data-done={index < at || undefined} aria-current={index === at ? 'step' : undefined}>
          {index < at ? <icons.good size={16} /> : index === at ? <icons.runs size={16} /> : <icons.minus size={16} />}
          {t(`phase.${phase}`)}
        </li>
      ))}
    </ol>
  )
}

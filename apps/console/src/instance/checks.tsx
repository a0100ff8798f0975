import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import styles from './instance.module.css'

type Check = RouteAnswer<'getInstanceHealth'>['checks'][number]

const tones: { readonly [status in Check['status']]: Tone } = { ok: 'good', warning: 'warn', failed: 'bad' }
const order: { readonly [status in Check['status']]: number } = { failed: 0, warning: 1, ok: 2 }

/** The worst first. What is not well keeps the exact sentence of the server beside our words. */
export function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const { t } = useTranslation('instance')
  const sentence = useSentence()
  const sorted = checks.toSorted((a, b) => order[a.status] - order[b.status])
  return (
    <ul className={styles.checks}>
      {sorted.map((check) => (
        <li key={check.check} className={styles.check}>
          <StateChip tone={tones[check.status]}>{t(`health.status.${check.status}`)}</StateChip>
          <span className={styles.checkName}>{t(`health.check.${check.check}`)}</span>
          <span className={styles.what}>
            {sentence(check)}
            {check.status !== 'ok' && <code className={styles.exact}>{check.detail}</code>}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What was measured, in words; of what is not well what to do. */
function useSentence(): (check: Check) => string {
  const { t } = useTranslation('instance')
  const formats = useFormats()
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
  const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '')
  return ({ check, status, facts }) => {
    if (check === 'dataFolder' && facts['mode'] === undefined) return t('health.noFolder')
    if (status !== 'ok') return t(`health.remedy.${check}`)
    switch (check) {
      case 'database':
        return facts['isEmbedded'] === true
          ? t('health.fact.embedded', { version: text(facts['version']) })
          : t('health.fact.database', { version: text(facts['version']) })
      case 'clock':
        return t('health.fact.clock', { time: formats.duration(Math.abs(number(facts['skewMs']))) })
      case 'migrations':
        return t('health.fact.migrations', { count: number(facts['applied']) })
      case 'encryption':
        return t('health.fact.encryption', { keys: number(facts['keys']), secrets: number(facts['secrets']) })
      case 'disk':
        return t('health.fact.disk', { size: formats.bytes(number(facts['freeBytes'])) })
      case 'tls':
        return t('health.fact.tls', { date: formats.date(text(facts['validUntil'])) })
      case 'mail':
        return facts['isConfigured'] === true
          ? t('health.fact.mail', { host: text(facts['host']) })
          : t('health.fact.noMail')
      case 'workers':
        return t('health.fact.workers', {
          number: formats.number(number(facts['waiting'])),
          count: number(facts['waiting']),
          time: formats.duration(number(facts['oldestSeconds']) * 1000),
        })
      case 'dataFolder':
        return t('health.fact.dataFolder', { path: text(facts['path']) })
      default:
        return t('health.fact.fine')
    }
  }
}

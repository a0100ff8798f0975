import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { useShortDuration } from '../logs/use-short-duration.ts'
import type { Webhook } from './webhook-state.tsx'

/** Which share of the attempts of a day came to something. */
export function SuccessShare({ lastDay: { attempts, succeeded } }: Pick<Webhook, 'lastDay'>) {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  if (attempts === 0) return <span>–</span>
  const title = t('lastDay.of', { succeeded: formats.number(succeeded), attempts: formats.number(attempts) })
  return <span title={title}>{formats.percent(succeeded / attempts)}</span>
}

/** How long 95 of 100 attempts took at most. */
export function SlowShare({ lastDay: { p95Ms } }: Pick<Webhook, 'lastDay'>) {
  const duration = useShortDuration()
  return <span>{p95Ms === null ? '–' : duration(p95Ms)}</span>
}

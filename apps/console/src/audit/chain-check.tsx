import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import styles from './audit.module.css'

/** Reads the whole chain where it lies and says whether it is as it was sealed. */
export function useChainCheck() {
  const { mutate, data, error, isPending } = useChange('verifyAudit', { stale: [] })
  return { run: () => mutate({}), data, error, isPending }
}

export function ChainCheckButton({ check }: { readonly check: ReturnType<typeof useChainCheck> }) {
  const { t } = useTranslation('audit')
  return (
    <Button leftSection={<icons.lock />} loading={check.isPending} onClick={check.run}>
      {t('chain.check')}
    </Button>
  )
}

export function ChainCheckAnswer({ check: { data, error } }: { readonly check: ReturnType<typeof useChainCheck> }) {
  if (error !== null) return <ErrorBlock error={error} />
  return <div role="status">{data !== undefined && <Verdict answer={data} />}</div>
}

function Verdict({ answer }: { readonly answer: RouteAnswer<'verifyAudit'> }) {
  const { t } = useTranslation('audit')
  const { number, duration } = useFormats()
  const { broken, events, erased } = answer
  if (broken !== null)
    return (
      <p className={styles.verdict} data-tone="bad">
        <icons.error /> {t('chain.broken', { sequence: number(broken.sequence), reason: broken.reason })}
      </p>
    )
  return (
    <p className={styles.verdict} data-tone="good">
      <icons.good />
      {t('chain.sound', { count: events, number: number(events), time: duration(answer.durationMs) })}
      {erased > 0 && ` ${t('chain.erased', { count: erased, number: number(erased) })}`}
    </p>
  )
}

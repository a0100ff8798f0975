import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { LiveRegion } from '../ui/live-region.tsx'
import { useSettled } from '../ui/use-settled.ts'
import type { AppView } from './rules-page.tsx'
import { isWritten, type Kind, type Rules } from './rules.ts'
import { usePosted } from './use-posted.ts'
import styles from './rules.module.css'

const pauseMs = 600

type Moved = RouteAnswer<'countAppRules'>['users']['enters']

/** How many are in scope by the rules as they are written, and who enters and leaves beside those that are live. */
export function ScopeCounts({
  app,
  rules,
  kind,
}: {
  readonly app: AppView
  readonly rules: Rules
  readonly kind: Kind
}) {
  const { t } = useTranslation('rules')
  const { number } = useFormats()
  const can = useCan()
  const settled = useSettled(rules, pauseMs)
  const { data, error, isPlaceholderData } = usePosted(
    'countAppRules',
    app.id,
    { rules: settled },
    { enabled: can('apps:run') && isWritten(settled) },
  )
  if (error !== null) return <ErrorBlock error={error} />
  const counted = kind === 'user' ? data?.users : data?.teams
  if (data === undefined || counted === undefined || counted === null) return null
  const sentence = t(`counts.${kind}`, {
    count: counted.total,
    inScope: number(counted.inScope),
    total: number(counted.total),
  })
  return (
    <section className={styles.counts} aria-label={t('counts.label')} data-stale={isPlaceholderData || undefined}>
      <p className={styles.countLine}>
        <strong>{sentence}</strong>
        <span className={styles.quiet}>
          {t('counts.moved', { entering: number(counted.entering), leaving: number(counted.leaving) })}
        </span>
        {!data.isComplete && <span className={styles.quiet}>{t('counts.partial')}</span>}
        {counted.failed > 0 && (
          <span className={styles.finding}>
            {t('counts.failed', { count: counted.failed, number: number(counted.failed) })}
          </span>
        )}
      </p>
      <Names sign="+" title={t('counts.enters')} people={counted.enters} />
      <Names sign="−" title={t('counts.leaves')} people={counted.leaves} />
      <LiveRegion text={sentence} />
    </section>
  )
}

type NamesProps = { readonly sign: '+' | '−'; readonly title: string; readonly people: Moved }

function Names({ sign, title, people }: NamesProps) {
  if (people.length === 0) return null
  return (
    <ul className={styles.moved} aria-label={title}>
      {people.map(({ id, name }) => (
        <li key={id} data-sign={sign}>
          {sign} {name ?? id}
        </li>
      ))}
    </ul>
  )
}

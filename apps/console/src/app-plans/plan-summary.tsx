import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { Progress } from '../ui/progress.tsx'
import { Time } from '../ui/time.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import type { Plan } from './plan-page.tsx'
import { planOperations } from './plan-operations.ts'
import styles from './plans.module.css'

const counted = [...planOperations, 'addMembers', 'removeMembers'] as const
const destructive = ['delete', 'disable', 'unlink', 'removeMembers'] as const

/** The numbers, what is dangerous about them, and how long they hold. */
export function PlanSummary({ plan }: { readonly plan: Plan }) {
  const { t } = useTranslation('plans')
  const { number, list } = useFormats()
  const harm = destructive.filter((name) => (plan.counts[name] ?? 0) > 0)
  const leftOut = plan.counts['excluded'] ?? 0
  const ending = plan.state === 'applied' ? 'applied' : 'discarded'
  return (
    <section className={styles.summary} aria-label={t('summary')}>
      <dl className={styles.counts}>
        {counted
          .filter((name) => (plan.counts[name] ?? 0) > 0)
          .map((name) => (
            <div key={name} data-harm={destructive.some((each) => each === name) || undefined}>
              <dt>{t(`count.${name}`)}</dt>
              <dd>{number(plan.counts[name] ?? 0)}</dd>
            </div>
          ))}
        {!plan.hasChanges && plan.state !== 'planning' && <p className={styles.nothing}>{t('nothing')}</p>}
      </dl>
      {plan.state === 'planning' && (
        <Progress
          label={t('planning')}
          done={plan.search?.accountsRead ?? 0}
          total={plan.search?.accountsTotal ?? undefined}
        />
      )}
      {harm.length > 0 && (
        <p className={styles.risk}>
          <icons.warning />
          {t('risk', { what: list(harm.map((name) => `${t(`count.${name}`)} ${number(plan.counts[name] ?? 0)}`)) })}
        </p>
      )}
      {(plan.counts['unsearched'] ?? 0) > 0 && (
        <p className={styles.risk}>
          <icons.info />
          {t('unsearched', { count: plan.counts['unsearched'] ?? 0 })}
          <span className={styles.quiet}>{plan.search?.detail}</span>
        </p>
      )}
      {leftOut > 0 && (
        <p className={styles.leftOut}>
          <icons.info />
          {plan.reconciliation === null
            ? t('leftOutHeld', { count: leftOut, number: number(leftOut) })
            : t('leftOutFound', { count: leftOut, number: number(leftOut) })}
        </p>
      )}
      <p className={styles.facts}>
        <span>{t('madeBy', { by: plan.createdBy })}</span>
        <Time at={plan.createdAt} />
        {plan.state === 'ready' && <TimeInWords text={t('expires')} at={plan.expiresAt} />}
        {plan.endedBy !== null && <TimeInWords text={t(`endedBy.${ending}`, { by: plan.endedBy })} at={plan.endedAt} />}
      </p>
    </section>
  )
}

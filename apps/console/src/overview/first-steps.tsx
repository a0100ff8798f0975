import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import styles from './overview.module.css'

type Step = RouteAnswer<'getOverview'>['firstRun']['steps'][number]

/** The way from nothing to people that reach their apps; gone when it is walked. */
export function FirstSteps({ steps }: { readonly steps: readonly Step[] }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const next = steps.find(({ done }) => !done)?.step
  const done = formats.number(steps.filter((each) => each.done).length)
  return (
    <Section
      title={t('first.title')}
      actions={
        <span className={styles.quiet}>{t('first.progress', { done, total: formats.number(steps.length) })}</span>
      }
    >
      <ol className={styles.steps}>
        {steps.map(({ step, done: isDone }, index) => (
          <li
            key={step}
            className={styles.step}
            data-done={isDone || undefined}
            aria-current={step === next ? 'step' : undefined}
          >
            <span className={styles.mark} aria-hidden="true">
              {isDone ? <icons.check size={14} /> : formats.number(index + 1)}
            </span>
            <div>
              <p className={styles.stepTitle}>
                {t(`first.${step}`)}
                {isDone && <span className="visually-hidden"> {t('first.isDone')}</span>}
              </p>
              <p className={styles.quiet}>{t(`firstText.${step}`)}</p>
            </div>
            {step === next && (
              <Link to="/$organization/first-run" params={{ organization }} className={styles.open}>
                {t('first.go')}
              </Link>
            )}
          </li>
        ))}
      </ol>
    </Section>
  )
}

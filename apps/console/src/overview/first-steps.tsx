import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { isPermitted, navigation } from '../shell/navigation.ts'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import styles from './overview.module.css'

type Step = RouteAnswer<'getOverview'>['firstRun']['steps'][number]

/** The screen of each step, by its name in the rail. */
const screens: { readonly [step in Step['step']]: string } = {
  source: 'sources',
  app: 'apps',
  plan: 'apps',
  on: 'apps',
}

/** The way from nothing to people that reach their apps; gone when it is walked. */
export function FirstSteps({ steps }: { readonly steps: readonly Step[] }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
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
            {step === next && <StepLink step={step} />}
          </li>
        ))}
      </ol>
    </Section>
  )
}

function StepLink({ step }: Pick<Step, 'step'>) {
  const { t } = useTranslation('overview')
  const organization = useOrganizationSlug()
  const { permissions } = useSession()
  const entry = navigation.find(({ name }) => name === screens[step])
  if (entry === undefined || !isPermitted(entry, permissions)) return null
  return (
    <Link to={entry.to} params={{ organization }} className={styles.open}>
      {t('first.go')}
    </Link>
  )
}

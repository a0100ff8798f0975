import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import styles from './apps.module.css'

/** What is still to be done before anything is sent. */
export function Checklist({ app }: { readonly app: RouteAnswer<'getApp'> }) {
  const { t } = useTranslation('apps')
  const steps = [
    { name: 'credentials', isDone: app.credentials !== null },
    { name: 'rules', isDone: app.draftRevision !== null || app.liveRevision !== null },
    { name: 'plan', isDone: app.liveRevision !== null },
  ] as const
  return (
    <Section title={t('checklist.title')}>
      <ol className={styles.checklist}>
        {steps.map(({ name, isDone }) => (
          <li key={name} data-done={isDone || undefined}>
            {isDone ? <icons.good size={18} /> : <icons.minus size={18} />}
            <span>
              <strong>{t(`checklist.${name}`)}</strong>
              <span className={styles.quiet}>{t(isDone ? 'checklist.done' : `checklist.${name}Text`)}</span>
            </span>
          </li>
        ))}
      </ol>
    </Section>
  )
}

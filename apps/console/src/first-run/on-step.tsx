import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import type { Overview } from './first-run-page.tsx'
import styles from './first-run.module.css'

type App = NonNullable<Overview['apps']>[number]

/** What arrives in each app, and what does not. */
export function OnStep({ overview: { apps } }: { readonly overview: Overview }) {
  return (
    <ul className={styles.list}>
      {apps?.map((app) => (
        <AppRow key={app.id} app={app} />
      ))}
    </ul>
  )
}

function toneOf({ state, health }: App): Tone {
  if (state !== 'active') return 'quiet'
  return health === 'healthy' ? 'good' : 'bad'
}

function AppRow({ app }: { readonly app: App }) {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  const formats = useFormats()
  const { id, name, state, ok24h, failed24h, healthReason } = app
  const params = { organization, app: id }
  return (
    <li className={styles.row}>
      <Link to="/$organization/apps/$app" params={params}>
        {name}
      </Link>
      <StateChip tone={toneOf(app)}>{state === 'active' ? t('on') : t('notOn')}</StateChip>
      {state === 'active' ? (
        <span className={styles.grow}>
          {t('sent', { ok: formats.number(ok24h), failed: formats.number(failed24h) })}
        </span>
      ) : (
        <span className={styles.grow}>{t('applyFirst')}</span>
      )}
      {healthReason !== null && <code>{healthReason}</code>}
      {failed24h > 0 && (
        <Link to="/$organization/logs" params={{ organization }}>
          {t('why')}
        </Link>
      )}
    </li>
  )
}

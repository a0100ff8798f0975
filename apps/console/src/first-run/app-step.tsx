import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { TestDialog } from '../apps/test-dialog.tsx'
import type { Overview } from './first-run-page.tsx'
import styles from './first-run.module.css'

type App = NonNullable<Overview['apps']>[number]

/** An app, and whether it answers to what it was given. */
export function AppStep({ overview: { apps } }: { readonly overview: Overview }) {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  const can = useCan()
  return (
    <div className={styles.stack}>
      {(apps ?? []).length > 0 && (
        <ul className={styles.list}>
          {apps?.map((app) => (
            <AppRow key={app.id} app={app} />
          ))}
        </ul>
      )}
      {can('apps:manage') && (
        <div>
          <Link to="/$organization/apps/new" params={{ organization }} className={styles.go}>
            {t('addApp')}
          </Link>
        </div>
      )}
    </div>
  )
}

/** Tested over the wire: the answer names the cause when it fails. */
function AppRow({ app }: { readonly app: App }) {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  const can = useCan()
  const [isTesting, setTesting] = useState(false)
  return (
    <li className={styles.row}>
      <Link to="/$organization/apps/$app" params={{ organization, app: app.id }} className={styles.grow}>
        {app.name}
      </Link>
      {can('apps:run') && (
        <>
          <Button size="xs" onClick={() => setTesting(true)} aria-label={t('testOf', { name: app.name })}>
            {t('test')}
          </Button>
          <TestDialog app={app} isOpen={isTesting} onClose={() => setTesting(false)} />
        </>
      )}
    </li>
  )
}

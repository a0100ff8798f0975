import { Switch } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useAllPages, useChange, useOrganizationSlug, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { tellOutcome } from '../ui/toast.ts'
import styles from './settings.module.css'

type Connection = EntryOf<'listConnections'>

/** Of which connections the request log keeps bodies. A switch saves at once, and can be turned back. */
export function KeptBodies() {
  const { t } = useTranslation('settings')
  const { rows, query } = useAllPages('listConnections')
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  // Those of sources send no requests to us.
  const scim = rows.filter(({ type }) => type === 'scim')
  return (
    <Section title={t('privacy.bodies')}>
      <p className={styles.lead}>{t('privacy.bodiesText')}</p>
      <ul className={styles.rows}>
        {scim.map((connection) => (
          <KeptBody key={connection.id} connection={connection} />
        ))}
      </ul>
    </Section>
  )
}

function KeptBody({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('settings')
  const can = useCan()
  const organization = useOrganizationSlug()
  const { id, name, settings } = connection
  const update = useChange('updateConnection', { stale: ['listConnections', 'getConnection'] })
  const set = (keepsBodies: boolean): Promise<unknown> =>
    update.mutateAsync({ params: { connection: id }, body: { settings: { ...settings, keepsBodies } } })
  const change = (keepsBodies: boolean): void => {
    const words = keepsBodies ? t('privacy.bodiesOn', { name }) : t('privacy.bodiesOff', { name })
    const undo = { label: t('undo'), run: () => tellOutcome(set(!keepsBodies), () => t('saved')) }
    tellOutcome(set(keepsBodies), () => words, undo)
  }
  return (
    <li>
      <Link to="/$organization/connections/$connection" params={{ organization, connection: id }}>
        {name}
      </Link>
      <Switch
        label={t('privacy.keepsBodies')}
        aria-label={t('privacy.keepsBodiesOf', { name })}
        checked={settings.keepsBodies ?? true}
        disabled={!can('connections:manage') || update.isPending}
        onChange={(event) => change(event.currentTarget.checked)}
      />
    </li>
  )
}

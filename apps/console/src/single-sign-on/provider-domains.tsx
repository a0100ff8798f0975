import { Button, MultiSelect } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DomainCard } from '../settings/domain-card.tsx'
import { NewDomainDialog } from '../settings/new-domain-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import type { Provider } from './provider-state.tsx'
import styles from './sso.module.css'
import { staleByChange } from './stale.ts'

/** Whose people are led on to it at the sign-in page: domains that the organization has proven by DNS. */
export function ProviderDomains({ provider: { id, domains } }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const { rows, query } = usePages('listDomains', {}, { enabled: can('settings:read') })
  const [isNew, setNew] = useState(false)
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  const verified = rows.filter(({ state }) => state === 'verified').map(({ domain }) => domain)
  const waiting = rows.filter(({ state }) => state === 'waiting')
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className={styles.stack}>
      <MultiSelect
        label={t('domains.label')}
        description={verified.length === 0 ? t('domains.none') : t('domains.help')}
        data={[...new Set([...verified, ...domains])]}
        value={[...domains]}
        disabled={!can('sign-in:manage') || update.isPending}
        onChange={(chosen) => update.mutate({ params: { identityProvider: id }, body: { domains: chosen } })}
      />
      {update.error !== null && <ErrorBlock error={update.error} />}
      {waiting.map((domain) => (
        <DomainCard key={domain.id} domain={domain} />
      ))}
      {can('settings:manage') && (
        <div>
          <Button onClick={() => setNew(true)}>{t('domains.add')}</Button>
          <NewDomainDialog isOpen={isNew} onClose={() => setNew(false)} />
        </div>
      )}
    </div>
  )
}

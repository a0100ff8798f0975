import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { DomainCard } from './domain-card.tsx'
import { NewDomainDialog } from './new-domain-dialog.tsx'
import { SettingsFrame } from './settings-frame.tsx'

const route = getRouteApi('/$organization/settings/domains')

/** Domains of the organization: a TXT record proves each, then its addresses are trusted and its people find their sign-in. */
export function DomainsPage() {
  const { t } = useTranslation('settings')
  const can = useCan()
  const { new: isNew = false } = route.useSearch()
  const navigate = route.useNavigate()
  const ask = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  const mayManage = can('settings:manage')
  const add = mayManage && (
    <Button variant="filled" leftSection={<icons.plus />} onClick={() => ask(true)}>
      {t('domains.add')}
    </Button>
  )
  return (
    <SettingsFrame tab="domains" actions={add}>
      <Domains />
      {mayManage && <NewDomainDialog isOpen={isNew} onClose={() => ask(false)} />}
    </SettingsFrame>
  )
}

function Domains() {
  const { t } = useTranslation('settings')
  const { rows, query } = usePages('listDomains')
  if (query.isPending) return <Skeletons />
  if (query.isError && rows.length === 0) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (rows.length === 0)
    return (
      <EmptyState icon="organization" title={t('domains.empty')}>
        {t('domains.emptyText')}
      </EmptyState>
    )
  return (
    <>
      {rows.map((domain) => (
        <DomainCard key={domain.id} domain={domain} />
      ))}
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('domains.more')}
        </Button>
      )}
    </>
  )
}

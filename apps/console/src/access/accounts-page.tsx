import { Button, Switch } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { FilterBar } from '../ui/filter-bar.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { AccountsTable } from './accounts-table.tsx'
import { LeakedKeys } from './leaked-keys.tsx'
import { NewAccountDialog } from './new-account-dialog.tsx'

const route = getRouteApi('/$organization/service-accounts')

/** Owners of keys that are no people. */
export function AccountsPage() {
  const { t } = useTranslation('access')
  const { organization } = route.useParams()
  const { q = '', disabled = false } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const [isMaking, setMaking] = useState(false)
  const search = (text: string): void =>
    void navigate({ search: (before) => ({ ...before, q: text.trim() }), replace: true })
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          can('keys:manage') && (
            <Button variant="filled" leftSection={<icons.plus />} onClick={() => setMaking(true)}>
              {t('new.action')}
            </Button>
          )
        }
        source={{
          route: 'listServiceAccounts',
          params: { organization },
          query: { ...(q !== '' && { search: q }), ...(disabled && { state: 'disabled' }) },
          cli: `service-account list --organization ${organization}`,
        }}
      />
      <LeakedKeys />
      <FilterBar value={q} onChange={search} placeholder={t('search')}>
        <Switch
          checked={disabled}
          label={t('disabledOnes')}
          onChange={(event) => {
            const isOn = event.currentTarget.checked
            void navigate({ search: (before) => ({ ...before, disabled: isOn }), replace: true })
          }}
        />
      </FilterBar>
      <AccountsTable words={q} isDisabled={disabled} onClear={() => search('')} />
      <NewAccountDialog isOpen={isMaking} onClose={() => setMaking(false)} />
    </Page>
  )
}

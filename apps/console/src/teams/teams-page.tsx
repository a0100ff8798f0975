import { Button, Switch } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { FilterBar } from '../ui/filter-bar.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { NewTeamDialog } from './new-team-dialog.tsx'
import { TeamsTable } from './teams-table.tsx'

const route = getRouteApi('/$organization/teams')

/** All teams by name: those of sources, those of rules, and those that people here look after. */
export function TeamsPage() {
  const { t } = useTranslation('teams')
  const { organization } = route.useParams()
  const { q = '', deleted = false } = route.useSearch()
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
          can('teams:manage') && (
            <Button variant="filled" leftSection={<icons.plus />} onClick={() => setMaking(true)}>
              {t('new.action')}
            </Button>
          )
        }
        source={{
          route: 'listTeams',
          params: { organization },
          query: { ...(q !== '' && { search: q }), ...(deleted && { deleted }) },
          cli: `team list --organization ${organization}`,
        }}
      />
      <FilterBar value={q} onChange={search} placeholder={t('search')}>
        <Switch
          checked={deleted}
          label={t('deletedOnes')}
          onChange={(event) => {
            const isOn = event.currentTarget.checked
            void navigate({ search: (before) => ({ ...before, deleted: isOn }), replace: true })
          }}
        />
      </FilterBar>
      <TeamsTable words={q} isDeleted={deleted} onClear={() => search('')} />
      <NewTeamDialog isOpen={isMaking} onClose={() => setMaking(false)} />
    </Page>
  )
}

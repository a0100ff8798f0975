import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { FilterBar } from '../ui/filter-bar.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { AppsTable } from './apps-table.tsx'

const route = getRouteApi('/$organization/apps')

/** Everything that people and teams are provisioned into. */
export function AppsPage() {
  const { t } = useTranslation('apps')
  const can = useCan()
  const { organization } = route.useParams()
  const { q = '' } = route.useSearch()
  const navigate = route.useNavigate()
  const search = (text: string): void => void navigate({ search: { q: text.trim() }, replace: true })
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={
          <>
            <Button
              renderRoot={(props) => <Link {...props} to="/$organization/provision" params={{ organization }} />}
              leftSection={<icons.send size={16} />}
            >
              {t('act.onDemand')}
            </Button>
            {can('apps:manage') && (
              <Button
                variant="filled"
                renderRoot={(props) => <Link {...props} to="/$organization/apps/new" params={{ organization }} />}
                leftSection={<icons.plus size={16} />}
              >
                {t('new.button')}
              </Button>
            )}
          </>
        }
        source={{ route: 'listApps', params: { organization }, cli: `app list --organization ${organization}` }}
      />
      <FilterBar value={q} onChange={search} placeholder={t('search')} />
      <AppsTable words={q} onClear={() => search('')} />
    </Page>
  )
}

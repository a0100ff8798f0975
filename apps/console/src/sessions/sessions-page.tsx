import { Switch } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { SessionsTable } from './sessions-table.tsx'

const route = getRouteApi('/$organization/sessions')

/** Everybody who is signed in to the organization. */
export function SessionsPage() {
  const { t } = useTranslation('sessions')
  const { organization } = route.useParams()
  const { ended = false } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        source={{
          route: 'listSessions',
          params: { organization },
          query: ended ? { ended: 'true' } : {},
          cli: `session list --organization ${organization}${ended ? ' --ended' : ''}`,
        }}
      />
      <Switch
        checked={ended}
        label={t('withEnded')}
        onChange={(event) => void navigate({ search: { ended: event.currentTarget.checked }, replace: true })}
      />
      <SessionsTable withEnded={ended} />
    </Page>
  )
}

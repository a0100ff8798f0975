import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { ConnectionRequests } from './connection-requests.tsx'
import { styleWord } from './style-word.ts'

type Connection = RouteAnswer<'getConnection'>

type ConnectionOverviewProps = { readonly connection: Connection; onOpen(request: string): void }

/** Address, whom it brought, who may write, and what came last. */
export function ConnectionOverview({ connection, onOpen }: ConnectionOverviewProps) {
  const { t } = useTranslation('connections')
  const can = useCan()
  return (
    <>
      <Section title={t('overview.facts')}>
        <Facts connection={connection} />
      </Section>
      {can('log:read') && <ConnectionRequests id={connection.id} onOpen={onOpen} />}
    </>
  )
}

function Facts({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('connections')
  const formats = useFormats()
  const params = { connection: connection.id }
  const { data: health, error, refetch } = useRoute('getConnectionHealth', { params })
  const { data: owned } = useRoute('previewConnectionRun', { params, query: { action: 'decommission' } })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (health === undefined) return <Skeletons />
  const writes = connection.settings.writesEnabled ?? true
  return (
    <DefinitionList
      items={[
        { term: t('fact.scimUrl'), value: <CopyBox value={connection.scimUrl ?? ''} /> },
        {
          term: t('fact.auth'),
          value: t('fact.bearer', { count: health.liveKeys, number: formats.number(health.liveKeys) }),
        },
        { term: t('column.profile'), value: t(`profile.${connection.profile}`) },
        {
          term: t('fact.style'),
          value: t(`style.${styleWord(connection.style)}`),
        },
        { term: t('fact.people'), value: owned === undefined ? '…' : formats.number(owned.people) },
        { term: t('fact.teams'), value: owned === undefined ? '…' : formats.number(owned.teams) },
        { term: t('fact.writes'), value: writes ? t('fact.writesOn') : t('fact.writesOff') },
        { term: t('column.lastRequest'), value: <Time at={health.lastRequestAt} /> },
        { term: t('fact.lastSuccess'), value: <Time at={health.lastSuccessAt} /> },
        { term: t('column.failed'), value: formats.number(health.errorCount) },
        { term: t('fact.createdBy'), value: connection.createdBy },
        { term: t('column.created'), value: <Time at={connection.createdAt} /> },
        { term: t('fact.id'), value: <CopyBox value={connection.id} /> },
      ]}
    />
  )
}

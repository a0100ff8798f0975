import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Time } from '../ui/time.tsx'
import { DirectionTabs } from './direction-tabs.tsx'
import { NewTransmitterDialog } from './new-transmitter-dialog.tsx'
import { TransmitterState, type Transmitter } from './states.tsx'

const route = getRouteApi('/$organization/transmitters')
const refreshMs = 15_000

/** Those whose signals suspend people and end sessions here. */
export function TransmittersPage() {
  const { t } = useTranslation('securityEvents')
  const { organization } = route.useParams()
  const { new: isMaking = false } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const columns = useTransmitterColumns()
  const make = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  const open = (transmitter: string): void =>
    void navigate({ to: '/$organization/transmitters/$transmitter', params: { organization, transmitter } })
  const makeButton = can('signals:manage') && (
    <Button variant="filled" leftSection={<icons.plus />} onClick={() => make(true)}>
      {t('newTransmitter.action')}
    </Button>
  )
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={makeButton}
        source={{
          route: 'listTransmitters',
          params: { organization },
          cli: `transmitter list --organization ${organization}`,
        }}
      />
      <DirectionTabs active="transmitters" />
      <DataTable
        name="transmitters"
        label={t('tab.transmitters')}
        columns={columns}
        pages={usePages('listTransmitters', {}, { refetchInterval: refreshMs })}
        idOf={({ id }) => id}
        onOpen={({ id }) => open(id)}
        empty={
          <EmptyState icon="streams" title={t('empty.transmitters')} actions={makeButton}>
            {t('empty.transmittersText')}
          </EmptyState>
        }
      />
      {isMaking && <NewTransmitterDialog onClose={() => make(false)} onMade={({ id }) => open(id)} />}
    </Page>
  )
}

function useTransmitterColumns(): readonly Column<Transmitter>[] {
  const { t } = useTranslation('securityEvents')
  const { organization } = route.useParams()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(150px, 1fr)',
        cell: ({ id, name }) => (
          <Link to="/$organization/transmitters/$transmitter" params={{ organization, transmitter: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '176px',
        cell: (transmitter) => <TransmitterState of={transmitter} />,
        text: ({ state }) => state,
      },
      {
        id: 'issuer',
        header: t('fact.issuer'),
        width: 'minmax(170px, 1.4fr)',
        cell: ({ issuer }) => issuer,
        text: ({ issuer }) => issuer,
      },
      {
        id: 'method',
        header: t('column.method'),
        width: '120px',
        cell: ({ method }) => t(`listen.${method}`),
        text: ({ method }) => method,
      },
      {
        id: 'disabled',
        header: t('column.onDisabled'),
        width: 'minmax(140px, 1fr)',
        cell: ({ onAccountDisabled }) => t(`effect.${onAccountDisabled}`),
        text: ({ onAccountDisabled }) => onAccountDisabled,
      },
      {
        id: 'received',
        header: t('column.lastReceived'),
        width: '132px',
        cell: ({ lastReceivedAt }) => <Time at={lastReceivedAt} />,
        text: ({ lastReceivedAt }) => lastReceivedAt ?? '',
      },
    ],
    [t, organization],
  )
}

import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { Banner } from '../ui/banner.tsx'
import { CopyBox, CopyBoxes } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Figures } from '../ui/figures.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { ReceivedSignals } from './received-signals.tsx'
import { TransmitterState, type Transmitter } from './states.tsx'
import { TransmitterSettings } from './transmitter-settings.tsx'
import { TransmitterSwitch } from './transmitter-switch.tsx'

const route = getRouteApi('/$organization/transmitters/$transmitter')
const refreshMs = 5_000

/** One of those to whom we listen: where it sends to, what came and what became of it, what its signals may do. */
export function TransmitterPage() {
  const { t } = useTranslation('securityEvents')
  const { organization, transmitter: id } = route.useParams()
  const asked = useRoute('getTransmitter', { params: { transmitter: id } }, { refetchInterval: refreshMs })
  const { data: transmitter, error, refetch } = asked
  const crumbs = [{ label: t('title'), link: { to: '/$organization/transmitters', params: { organization } } as const }]
  if (transmitter === undefined)
    return (
      <Page>
        <PageHeader title={t('transmitter')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const { lastError } = transmitter
  return (
    <Page>
      <PageHeader
        title={transmitter.name}
        crumbs={crumbs}
        mark={<TransmitterState of={transmitter} />}
        actions={<TransmitterSwitch transmitter={transmitter} />}
        source={{
          route: 'getTransmitter',
          params: { organization, transmitter: id },
          cli: `transmitter show --organization ${organization} ${id}`,
          json: transmitter,
        }}
      />
      {lastError !== null && (
        <Banner tone="bad" title={t('banner.refused')}>
          <p lang="en">{lastError}</p>
          <p>{t('banner.refusedText')}</p>
        </Banner>
      )}
      <Figures
        figures={[
          { term: t('column.lastReceived'), value: <Time at={transmitter.lastReceivedAt} /> },
          { term: t('column.verified'), value: <Time at={transmitter.verifiedAt} /> },
          { term: t('column.method'), value: t(`listen.${transmitter.method}`) },
          { term: t('column.created'), value: <Time at={transmitter.createdAt} /> },
        ]}
      />
      <Section title={t('part.transmitter')}>
        <Places transmitter={transmitter} />
      </Section>
      <Section title={t('part.signals')}>
        <ReceivedSignals transmitter={id} />
      </Section>
      <TransmitterSettings key={id} transmitter={transmitter} />
    </Page>
  )
}

/** What is typed into the transmitter. */
function Places({ transmitter }: { readonly transmitter: Transmitter }) {
  const { t } = useTranslation('securityEvents')
  const { method, pushUrl, revocationUrl, audience, pollUrl } = transmitter
  return (
    <DefinitionList
      items={[
        method === 'push'
          ? { term: t('fact.pushUrl'), value: <CopyBox value={pushUrl} /> }
          : { term: t('fact.pollUrl'), value: pollUrl ?? '–' },
        { term: t('fact.revocationUrl'), value: <CopyBox value={revocationUrl} /> },
        { term: t('fact.audience'), value: <CopyBoxes values={audience} /> },
      ]}
    />
  )
}

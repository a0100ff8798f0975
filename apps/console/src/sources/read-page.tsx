import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { tellOutcome } from '../ui/toast.ts'
import { FailureWords } from '../source-setup/failure-words.tsx'
import { HeldRead } from './held-read.tsx'
import { ReadPlan } from './read-plan.tsx'
import { useReadCounts } from './read-counts.ts'
import { ReadProgress } from './read-progress.tsx'
import { isMoving, ReadState, staleReads, type Read } from './states.tsx'

const route = getRouteApi('/$organization/source-reads/$read')

/** One read: how far it is, what it found, and what it does or would do with everybody. */
export function ReadPage() {
  const { t } = useTranslation('sources')
  const { organization, read: id } = route.useParams()
  const refetchInterval = usePolling(true)
  const { data: read, error, refetch } = useRoute('getSourceRead', { params: { sourceRead: id } }, { refetchInterval })
  const { data: source } = useRoute(
    'getSource',
    { params: { source: read?.sourceId ?? '' } },
    { enabled: read !== undefined },
  )
  const first = { label: t('title'), link: { to: '/$organization/sources', params: { organization } } as const }
  if (read === undefined)
    return (
      <Page>
        <PageHeader title={t('read')} crumbs={[first]} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const params = { organization, source: read.sourceId }
  const second = {
    label: source?.name ?? t('source'),
    link: { to: '/$organization/sources/$source', params, search: { tab: 'runs' } } as const,
  }
  return (
    <Page isFull>
      <PageHeader
        title={t('read')}
        crumbs={[first, second]}
        mark={<ReadState read={read} />}
        lead={<Lead read={read} />}
        actions={<Cancel read={read} />}
        source={{
          route: 'getSourceRead',
          params: { organization, sourceRead: id },
          cli: `source read show --organization ${organization} ${id}`,
          json: read,
        }}
      />
      <Body read={read} />
    </Page>
  )
}

function Lead({ read }: { readonly read: Read }) {
  const { t } = useTranslation('sources')
  const countsOf = useReadCounts()
  return (
    <>
      {t(`mode.${read.mode}`)} · <Time at={read.startedAt} /> · {countsOf(read)}
    </>
  )
}

function Body({ read }: { readonly read: Read }) {
  const { t } = useTranslation('sources')
  if (isMoving(read) && ['reading', 'accepted', 'judged'].includes(read.state)) return <ReadProgress read={read} />
  if (read.state === 'held') return <HeldRead read={read} />
  if (read.state === 'failed')
    return (
      <EmptyState icon="error" title={t('failed.title')}>
        <FailureWords reason={read.errorReason ?? 'unexpected'} detail={read.errorDetail} />
      </EmptyState>
    )
  if (read.state === 'rejected' || read.state === 'cancelled')
    return <EmptyState icon="minus" title={t(`readState.${read.state}`)} />
  return (
    <>
      {isMoving(read) && <ReadProgress read={read} />}
      <ReadPlan read={read} />
    </>
  )
}

function Cancel({ read }: { readonly read: Read }) {
  const { t } = useTranslation('sources')
  const can = useCan()
  const cancel = useChange('cancelSourceRead', { stale: staleReads })
  if (read.endedAt !== null || read.state === 'held' || !can('sources:run')) return null
  return (
    <Button
      loading={cancel.isPending}
      onClick={() => tellOutcome(cancel.mutateAsync({ params: { sourceRead: read.id } }), () => t('cancelled'))}
    >
      {t('cancelRead')}
    </Button>
  )
}

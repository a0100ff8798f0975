import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { RequestErrors } from '../requests/request-errors.tsx'
import { RequestStatus } from '../requests/request-status.tsx'
import { readable } from '../requests/requests-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import styles from './connections.module.css'

const errorHours = 24

type ConnectionRequestsProps = { readonly id: string; onOpen(request: string): void }

/** What failed lately, and what came last. */
export function ConnectionRequests({ id, onOpen }: ConnectionRequestsProps) {
  const { t } = useTranslation('connections')
  const organization = useOrganizationSlug()
  return (
    <>
      <Section title={t('requests.errors')}>
        <RequestErrors hours={errorHours} connection={id} onOpen={onOpen} />
      </Section>
      <Section
        title={t('requests.last')}
        actions={
          <Link to="/$organization/requests" params={{ organization }} search={{ connection: id, live: true }}>
            {t('requests.all')}
          </Link>
        }
      >
        <LastRequests id={id} onOpen={onOpen} />
      </Section>
    </>
  )
}

const lastMax = 20

/** The last requests; new ones come by themselves. */
export function LastRequests({ id, onOpen }: ConnectionRequestsProps) {
  const { t } = useTranslation('connections')
  const { data, error, refetch } = useRoute('listRequests', { query: { connection: id, limit: lastMax } })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  if (data.data.length === 0)
    return (
      <EmptyState icon="clock" title={t('requests.none')}>
        {t('requests.noneText')}
      </EmptyState>
    )
  return (
    <ol className={styles.requests} aria-label={t('requests.last')}>
      {data.data.map(({ id: request, status, method, path, at, detail }) => (
        <li key={request}>
          <RequestStatus status={status} />
          <button type="button" className={styles.request} onClick={() => onOpen(request)}>
            {method} {readable(path)}
          </button>
          <span className={styles.detail}>{detail}</span>
          <Time at={at} />
        </li>
      ))}
    </ol>
  )
}

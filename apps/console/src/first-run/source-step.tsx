import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import connections from '../connections/connections.module.css'
import { RequestStatus } from '../requests/request-status.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import type { Overview } from './first-run-page.tsx'
import styles from './first-run.module.css'

const refreshMs = 3_000
const requestsMax = 5

/** The ways in which people come, and what has come so far. */
export function SourceStep({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  const can = useCan()
  const params = { organization }
  return (
    <div className={styles.stack}>
      <ul className={styles.ways}>
        {can('connections:read') && (
          <li>
            <Link to="/$organization/connections" params={params} className={styles.way}>
              <strong>{t('way.scim')}</strong>
              <span>{t('way.scimText')}</span>
            </Link>
          </li>
        )}
        {can('sources:read') && (
          <li>
            <Link to="/$organization/sources" params={params} className={styles.way}>
              <strong>{t('way.source')}</strong>
              <span>{t('way.sourceText')}</span>
            </Link>
          </li>
        )}
        {can('people:manage') && (
          <li>
            <Link to="/$organization/users" params={params} className={styles.way}>
              <strong>{t('way.hand')}</strong>
              <span>{t('way.handText')}</span>
            </Link>
          </li>
        )}
      </ul>
      {can('log:read') && <Requests />}
      <Reads overview={overview} />
    </div>
  )
}

/** What identity providers have sent, with what they were told. */
function Requests() {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  const values = { query: { limit: requestsMax } }
  const { data, error, refetch } = useRoute('listRequests', values, { refetchInterval: refreshMs })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  const requests = data?.data ?? []
  return (
    <div aria-live="polite">
      <h3>{t('requests')}</h3>
      {requests.length === 0 ? (
        <p className={connections.listening}>
          <span className={connections.pulse} />
          {t('listening')}
        </p>
      ) : (
        <ol className={connections.requests}>
          {requests.map(({ id, method, path, status, at, detail }) => (
            <li key={id}>
              <RequestStatus status={status} />
              <Link to="/$organization/requests/$request" params={{ organization, request: id }}>
                {`${method} ${path}`}
              </Link>
              <span className={connections.detail}>{detail}</span>
              <Time at={at} />
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

/** How the last read of each source went. */
function Reads({ overview: { sources } }: { readonly overview: Overview }) {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  if (sources === null || sources.length === 0) return null
  return (
    <div>
      <h3>{t('sources')}</h3>
      <ul className={styles.list}>
        {sources.map(({ id, name, lastRun }) => (
          <li key={id} className={styles.row}>
            <Link to="/$organization/sources/$source" params={{ organization, source: id }}>
              {name}
            </Link>
            {lastRun === null ? (
              <StateChip tone="quiet">{t('neverRead')}</StateChip>
            ) : (
              <>
                <StateChip tone={lastRun.state === 'failed' ? 'bad' : 'good'}>
                  {lastRun.state === 'failed' ? t('readFailed') : t('read')}
                </StateChip>
                {lastRun.state === 'failed' && <ReadFailure read={lastRun.id} />}
                <Time at={lastRun.startedAt} />
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

function ReadFailure({ read }: { readonly read: string }) {
  const organization = useOrganizationSlug()
  const { data } = useRoute('getSourceRead', { params: { sourceRead: read } })
  if (data === undefined) return null
  return (
    <span className={styles.grow}>
      <span lang="en">{data.errorDetail}</span>{' '}
      <Link to="/$organization/source-reads/$read" params={{ organization, read }}>
        <code>{data.errorReason}</code>
      </Link>
    </span>
  )
}

import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { pollingMs } from '../api/live.ts'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { useConnectionNames } from './connection-names.ts'
import { RequestStatus } from './request-status.tsx'
import styles from './requests.module.css'

type Group = RouteAnswer<'getRequestErrors'>['data'][number]

type RequestErrorsProps = {
  readonly hours: number
  readonly connection: string | undefined
  readonly isLive?: boolean
  onOpen(id: string): void
}

/** Failed requests by what went wrong where, with what mends it. */
export function RequestErrors({ hours, connection, isLive = false, onOpen }: RequestErrorsProps) {
  const { t } = useTranslation('requests')
  const query = { hours, ...(connection !== undefined && { connection }) }
  const { data, error, refetch } = useRoute(
    'getRequestErrors',
    { query },
    { refetchInterval: isLive ? pollingMs : false },
  )
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  if (data.data.length === 0)
    return (
      <EmptyState icon="good" title={t('errors.none')}>
        {t('errors.noneText')}
      </EmptyState>
    )
  return (
    <ol className={styles.groups} aria-label={t('view.errors')}>
      {data.data.map((group) => (
        <ErrorGroup
          key={group.lastRequestId}
          group={group}
          isNamed={connection === undefined}
          onOpen={() => onOpen(group.lastRequestId)}
        />
      ))}
    </ol>
  )
}

function ErrorGroup({ group, isNamed, onOpen }: { readonly group: Group; readonly isNamed: boolean; onOpen(): void }) {
  const { t } = useTranslation('requests')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const nameOf = useConnectionNames()
  const { status, scimType, method, endpoint, connectionId, count, lastAt, client, detail, fix } = group
  return (
    <li className={styles.group}>
      <div className={styles.groupHead}>
        <RequestStatus status={status} />
        <code>
          {method} {endpoint}
        </code>
        {scimType !== null && <code>{scimType}</code>}
        {isNamed && connectionId !== null && <span>{nameOf(connectionId)}</span>}
        <span className={styles.groupCount}>{t('errors.count', { count, number: formats.number(count) })}</span>
        <Time at={lastAt} />
      </div>
      {detail !== null && <p className={styles.groupDetail}>{detail}</p>}
      <p className={styles.groupFix}>{t(`fix.${fix}`)}</p>
      <div className={styles.groupFoot}>
        <Button size="xs" onClick={onOpen}>
          {t('errors.last')}
        </Button>
        <Link
          to="/$organization/requests"
          params={{ organization }}
          search={{
            status: String(status),
            ...(connectionId !== null && { connection: connectionId }),
            ...toMethod(method),
          }}
        >
          {t('errors.all')}
        </Link>
        {client !== null && <span className={styles.groupClient}>{client}</span>}
      </div>
    </li>
  )
}

function toMethod(method: string): { readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' } {
  const known = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).find((name) => name === method)
  return known === undefined ? {} : { method: known }
}

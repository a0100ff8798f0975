import type { CallInput } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { pollingMs } from '../api/live.ts'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useFormats, type Formats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { useConnectionNames } from './connection-names.ts'
import { RequestStatus } from './request-status.tsx'
import styles from './requests.module.css'

type Request = EntryOf<'listRequests'>

type RequestsTableProps = {
  readonly query: NonNullable<CallInput<'listRequests'>['query']>
  readonly isLive: boolean
  readonly isFiltered: boolean
  readonly openId: string | undefined
  onOpen(id: string): void
  onClear(): void
}

export function RequestsTable({ query, isLive, isFiltered, openId, onOpen, onClear }: RequestsTableProps) {
  const { t } = useTranslation('requests')
  const columns = useRequestColumns()
  // Of one connection a stream says when something comes; of all of them nobody but a look does.
  const pages = usePages(
    'listRequests',
    { query },
    {
      refetchInterval: isLive && query.connection === undefined ? pollingMs : false,
    },
  )
  return (
    <DataTable
      name="requests"
      label={t('title')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      openId={openId}
      onOpen={({ id }) => onOpen(id)}
      {...(isFiltered && {
        emptyFiltered: <NothingFound title={t('empty.filtered')} clear={t('empty.clear')} onClear={onClear} />,
      })}
      empty={
        <EmptyState icon="requests" title={t('empty.all')}>
          {t('empty.allText')}
        </EmptyState>
      }
    />
  )
}

function useRequestColumns(): readonly Column<Request>[] {
  const { t } = useTranslation('requests')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const nameOf = useConnectionNames()
  return useMemo(
    () => [
      {
        id: 'at',
        header: t('column.at'),
        width: '120px',
        cell: ({ at }) => <Time at={at} />,
        text: ({ at }) => at,
      },
      {
        id: 'status',
        header: t('column.status'),
        width: '92px',
        cell: ({ status }) => <RequestStatus status={status} />,
        text: ({ status }) => String(status),
      },
      {
        id: 'request',
        header: t('column.request'),
        width: 'minmax(220px, 2.4fr)',
        cell: (request) => (
          <Link
            to="/$organization/requests/$request"
            params={{ organization, request: request.id }}
            tabIndex={-1}
            className={styles.path}
          >
            <strong>{request.method}</strong> {readable(request.path)}
          </Link>
        ),
        text: ({ method, path }) => `${method} ${path}`,
      },
      {
        id: 'connection',
        header: t('column.connection'),
        width: 'minmax(110px, 0.8fr)',
        cell: ({ connectionId }) => nameOf(connectionId),
        text: ({ connectionId }) => nameOf(connectionId),
      },
      {
        id: 'detail',
        header: t('column.detail'),
        width: 'minmax(140px, 1.2fr)',
        cell: ({ scimType, detail }) => detail ?? scimType ?? '',
        text: ({ detail }) => detail ?? '',
      },
      ...extraColumns(t, formats),
      {
        id: 'duration',
        header: t('column.duration'),
        width: '96px',
        isNumeric: true,
        cell: ({ durationMs }) => toMilliseconds(formats.number, durationMs),
        text: ({ durationMs }) => String(durationMs),
      },
    ],
    [t, formats, organization, nameOf],
  )
}

/** What one asks for now and then. */
function extraColumns(t: (key: string) => string, { list }: Formats): readonly Column<Request>[] {
  return [
    {
      id: 'rules',
      header: t('column.rules'),
      isExtra: true,
      cell: ({ rules }) => list(rules),
      text: ({ rules }) => rules.join(' '),
    },
    {
      id: 'client',
      header: t('column.client'),
      isExtra: true,
      cell: ({ client }) => client ?? '–',
      text: ({ client }) => client ?? '',
    },
  ]
}

/** The path as somebody would have written it. */
export function readable(path: string): string {
  try {
    return decodeURIComponent(path.replaceAll('+', ' '))
  } catch {
    return path
  }
}

function toMilliseconds(number: (value: number) => string, duration: number): string {
  return `${number(Math.round(duration * 10) / 10)} ms`
}

import { Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { DeliveryState, type Delivery } from './attempt.tsx'
import { deliveryStates } from './search.ts'
import { useEventTypes } from './use-event-types.ts'
import type { Webhook } from './webhook-state.tsx'
import styles from './webhooks.module.css'

const route = getRouteApi('/$organization/webhooks/$webhook')
const refreshMs = 5_000

type DeliveriesTabProps = {
  readonly webhook: Webhook
  readonly openId: string | undefined
  onOpen(delivery: string): void
}

/** What was sent, newest first, and what came back; asked anew while somebody looks. */
export function DeliveriesTab({ webhook, openId, onOpen }: DeliveriesTabProps) {
  const { t } = useTranslation('webhooks')
  const { state, type } = route.useSearch()
  const navigate = route.useNavigate()
  const columns = useDeliveryColumns()
  const pages = usePages(
    'listDeliveries',
    { params: { webhook: webhook.id }, query: { ...(state && { state }), ...(type && { type }) } },
    { refetchInterval: refreshMs },
  )
  return (
    <>
      <Filters />
      <DataTable
        name="deliveries"
        label={t('tab.messages')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        openId={openId}
        onOpen={({ id }) => onOpen(id)}
        {...((state !== undefined || type !== undefined) && {
          emptyFiltered: (
            <NothingFound
              title={t('messages.filtered')}
              clear={t('messages.clear')}
              onClear={() => void navigate({ search: {}, replace: true })}
            />
          ),
        })}
        empty={
          <EmptyState icon="send" title={t('messages.none')}>
            {t('messages.noneText')}
          </EmptyState>
        }
      />
    </>
  )
}

function Filters() {
  const { t } = useTranslation('webhooks')
  const { state, type } = route.useSearch()
  const navigate = route.useNavigate()
  const types = useEventTypes()
  return (
    <div className={styles.filters} role="search">
      <Select
        aria-label={t('column.state')}
        placeholder={t('messages.anyState')}
        clearable
        data={deliveryStates.map((value) => ({ value, label: t(`deliveryState.${value}`) }))}
        value={state ?? null}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, state: value ?? undefined }), replace: true })
        }
      />
      <Select
        aria-label={t('column.type')}
        placeholder={t('messages.anyType')}
        clearable
        searchable
        data={types.rows.map(({ type: name }) => name)}
        value={type ?? null}
        onChange={(value) =>
          void navigate({ search: (before) => ({ ...before, type: value ?? undefined }), replace: true })
        }
      />
    </div>
  )
}

function useDeliveryColumns(): readonly Column<Delivery>[] {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  return useMemo(
    () => [
      {
        id: 'created',
        header: t('column.at'),
        width: '130px',
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
      {
        id: 'type',
        header: t('column.type'),
        width: 'minmax(200px, 1.4fr)',
        cell: ({ type }) => <code className={styles.code}>{type}</code>,
        text: ({ type }) => type,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '160px',
        cell: (delivery) => <DeliveryState of={delivery} />,
        text: ({ state }) => state,
      },
      {
        id: 'status',
        header: t('column.status'),
        width: '142px',
        cell: ({ lastStatus, attempts }) =>
          attempts.length === 0 ? '–' : lastStatus === null ? t('delivery.noAnswer') : String(lastStatus),
        text: ({ lastStatus }) => String(lastStatus ?? ''),
      },
      {
        id: 'attempts',
        header: t('column.attempts'),
        width: '104px',
        isNumeric: true,
        cell: ({ attempts }) => formats.number(attempts.length),
        text: ({ attempts }) => String(attempts.length),
      },
      {
        id: 'next',
        header: t('column.next'),
        width: '160px',
        cell: ({ nextAttemptAt }) => <Time at={nextAttemptAt} />,
        text: ({ nextAttemptAt }) => nextAttemptAt ?? '',
      },
      {
        id: 'event',
        header: t('column.event'),
        width: 'minmax(180px, 1fr)',
        isExtra: true,
        cell: ({ eventId }) => <code className={styles.code}>{eventId}</code>,
        text: ({ eventId }) => eventId,
      },
    ],
    [t, formats],
  )
}

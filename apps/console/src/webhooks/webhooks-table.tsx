import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { SlowShare, SuccessShare } from './last-day.tsx'
import { stateWord, useTypesWord, WebhookState, type Webhook } from './webhook-state.tsx'

const refreshMs = 30_000

/** All endpoints and how they are; asked anew while somebody looks. */
export function WebhooksTable({ makeButton }: { readonly makeButton: ReactNode }) {
  const { t } = useTranslation('webhooks')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const columns = useWebhookColumns()
  return (
    <DataTable
      name="webhooks"
      label={t('title')}
      columns={columns}
      pages={usePages('listWebhooks', {}, { refetchInterval: refreshMs })}
      idOf={({ id }) => id}
      onOpen={({ id }) =>
        void navigate({ to: '/$organization/webhooks/$webhook', params: { organization, webhook: id } })
      }
      empty={
        <EmptyState icon="webhooks" title={t('empty.title')} actions={makeButton}>
          {t('empty.text')}
        </EmptyState>
      }
    />
  )
}

function useWebhookColumns(): readonly Column<Webhook>[] {
  const { t } = useTranslation('webhooks')
  const organization = useOrganizationSlug()
  const typesWord = useTypesWord()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(130px, 1fr)',
        cell: ({ id, name }) => (
          <Link to="/$organization/webhooks/$webhook" params={{ organization, webhook: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: (webhook) => <WebhookState of={webhook} />,
        text: stateWord,
      },
      ...dayColumns(t),
      {
        id: 'lastSuccess',
        header: t('column.lastSuccess'),
        width: '130px',
        cell: ({ lastSuccessAt }) => <Time at={lastSuccessAt} />,
        text: ({ lastSuccessAt }) => lastSuccessAt ?? '',
      },
      {
        id: 'url',
        header: t('column.url'),
        width: 'minmax(150px, 1.6fr)',
        cell: ({ url }) => url,
        text: ({ url }) => url,
      },
      {
        id: 'types',
        header: t('column.types'),
        width: 'minmax(100px, 1fr)',
        cell: ({ types }) => typesWord(types),
        text: ({ types }) => types.join(' '),
      },
      {
        id: 'createdAt',
        header: t('column.createdAt'),
        width: '130px',
        isExtra: true,
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
    ],
    [t, organization, typesWord],
  )
}

function dayColumns(t: (key: string) => string): readonly Column<Webhook>[] {
  return [
    {
      id: 'success',
      header: t('column.success'),
      width: '142px',
      isNumeric: true,
      cell: (webhook) => <SuccessShare {...webhook} />,
      text: ({ lastDay: { attempts, succeeded } }) => `${succeeded}/${attempts}`,
    },
    {
      id: 'p95',
      header: t('column.p95'),
      width: '110px',
      isNumeric: true,
      cell: (webhook) => <SlowShare {...webhook} />,
      text: ({ lastDay: { p95Ms } }) => String(p95Ms ?? ''),
    },
  ]
}

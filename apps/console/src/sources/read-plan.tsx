import { Link, getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { OperationPanel } from './operation-panel.tsx'
import { PlanActs } from './plan-acts.tsx'
import styles from './sources.module.css'
import { isMoving, isPlanWaiting, type Read } from './states.tsx'
import { operations, type Operation } from './tabs.ts'

const route = getRouteApi('/$organization/source-reads/$read')

type Entry = EntryOf<'listSourceOperations'>

/** What a read does with everybody, by name; as long as it waits, some can be left out. */
export function ReadPlan({ read }: { readonly read: Read }) {
  const { t } = useTranslation('sources')
  const can = useCan()
  const { operation, open } = route.useSearch()
  const navigate = route.useNavigate()
  const [ids, change] = useState<ReadonlySet<string>>(new Set())
  const params = { sourceRead: read.id }
  const refetchInterval = usePolling(isMoving(read))
  const query = operation === undefined ? {} : { operation }
  const pages = usePages('listSourceOperations', { params, query }, { refetchInterval })
  const columns = useColumns()
  const show = (id: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: id }), replace: true })
  const canDecide = isPlanWaiting(read) && can('sources:run')
  return (
    <>
      <PlanNumbers read={read} operation={operation} />
      {canDecide && <PlanActs read={read} ids={ids} onDone={() => change(new Set())} />}
      <DataTable
        name="source-plan"
        label={t('plan.title')}
        columns={columns}
        pages={pages}
        idOf={({ anchor }) => anchor}
        openId={open}
        onOpen={({ anchor }) => show(anchor)}
        {...(canDecide && { selection: { ids, change } })}
        {...(operation !== undefined && { emptyFiltered: <EmptyState icon="plan" title={t('empty.operation')} /> })}
        empty={
          <EmptyState icon="good" title={t('empty.plan')}>
            {t('empty.planText')}
          </EmptyState>
        }
      />
      <OperationPanel
        operation={pages.rows.find(({ anchor }) => anchor === open)}
        onClose={() => show(undefined)}
        sourceId={read.sourceId}
      />
    </>
  )
}

/** "Create 12", "Suspend 3": each a filter of the list. */
function PlanNumbers({ read, operation }: { readonly read: Read; readonly operation: Operation | undefined }) {
  const { t } = useTranslation('sources')
  const formats = useFormats()
  const { organization } = route.useParams()
  const refetchInterval = usePolling(isMoving(read))
  const {
    data: plan,
    error,
    refetch,
  } = useRoute('getSourcePlan', { params: { sourceRead: read.id } }, { refetchInterval })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (plan === undefined) return null
  const counted = operations.map((name) => ({
    name,
    count: plan.operations.filter((part) => part.operation === name).reduce((sum, { count }) => sum + count, 0),
  }))
  return (
    <nav className={styles.chips} aria-label={t('plan.numbers')}>
      {[{ name: undefined, count: 0 }, ...counted.filter(({ count }) => count > 0)].map(({ name, count }) => (
        <Link
          key={name ?? 'all'}
          className={styles.chip}
          to="/$organization/source-reads/$read"
          params={{ organization, read: read.id }}
          search={name === undefined ? {} : { operation: name }}
          activeOptions={{ exact: true }}
          activeProps={{}}
          aria-current={name === operation ? 'true' : undefined}
        >
          {name === undefined
            ? t('plan.all')
            : t('plan.number', { operation: t(`operation.${name}`), number: formats.number(count) })}
        </Link>
      ))}
    </nav>
  )
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('sources')
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(180px, 1.4fr)',
        cell: ({ name, anchor }) => name ?? anchor,
        text: ({ name }) => name ?? '',
      },
      {
        id: 'anchor',
        header: t('column.anchor'),
        width: '130px',
        cell: ({ anchor }) => anchor,
        text: ({ anchor }) => anchor,
      },
      {
        id: 'operation',
        header: t('column.operation'),
        width: '130px',
        cell: ({ operation }) => t(`operation.${operation}`),
        text: ({ operation }) => operation,
      },
      {
        id: 'why',
        header: t('column.why'),
        width: 'minmax(200px, 1.4fr)',
        cell: ({ reason }) => t(`reason.${reason}`, { defaultValue: reason }),
        text: ({ reason }) => reason,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: ({ state }) => t(`operationState.${state}`),
        text: ({ state }) => state,
      },
      {
        id: 'place',
        header: t('column.place'),
        width: '120px',
        isExtra: true,
        cell: ({ place }) => place ?? '–',
        text: ({ place }) => place ?? '',
      },
    ],
    [t],
  )
}

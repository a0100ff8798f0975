import { Button, Menu, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { download, toCsv } from '../ui/csv.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { GroupRow } from './plan-group.tsx'
import type { Plan } from './plan-page.tsx'
import { findOperations, groupOperations, planOperations, toPlanOperation, type Operation } from './plan-operations.ts'
import styles from './plans.module.css'
import { useSelection } from './use-selection.ts'

const route = getRouteApi('/$organization/apps/$app/plans/$plan')
const pageSize = 200
/** Changes that are loaded by themselves so that alike ones are found; more on demand. */
const loadedMax = 2_000

type PlanChangesProps = { readonly app: string; readonly plan: Plan }

/** What would be done, alike changes together, what destroys first. */
export function PlanChanges({ app, plan }: PlanChangesProps) {
  const { t } = useTranslation('plans')
  const { number } = useFormats()
  const { operation, q = '', open } = route.useSearch()
  const navigate = route.useNavigate()
  const selection = useSelection(app, plan)
  const { rows, query } = usePages('listAppPlanOperations', {
    params: { app, plan: plan.id },
    query: { limit: pageSize, ...(operation !== undefined && { operation }) },
  })
  const { hasNextPage, isFetchingNextPage, isFetching, fetchNextPage, refetch } = query
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && rows.length < loadedMax) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, rows.length])
  useGrowth(plan, refetch)
  const found = useMemo(() => findOperations(rows, q), [rows, q])
  const groups = useMemo(() => groupOperations(found), [found])
  const toggle = (key: string): void =>
    void navigate({ search: (before) => ({ ...before, open: before.open === key ? undefined : key }), replace: true })
  return (
    <>
      <FilterBar
        value={q}
        placeholder={t('search')}
        onChange={(text) =>
          void navigate({
            search: (before) => ({ ...before, q: text.trim() === '' ? undefined : text.trim() }),
            replace: true,
          })
        }
      >
        <Select
          className={styles.filter ?? ''}
          aria-label={t('filter')}
          data={[
            { value: 'all', label: t('all') },
            ...planOperations.map((name) => ({ value: name, label: t(`count.${name}`) })),
          ]}
          value={operation ?? 'all'}
          allowDeselect={false}
          onChange={(value) =>
            void navigate({ search: (before) => ({ ...before, operation: toPlanOperation(value), open: undefined }) })
          }
        />
        <Export operations={found} plan={plan} />
      </FilterBar>
      {query.isError && <ErrorBlock error={query.error} onRetry={() => void refetch()} />}
      {query.isPending && <Skeletons />}
      {!query.isPending && found.length === 0 && plan.state !== 'planning' && !isFetching && (
        <Nothing isAll={rows.length === 0 && operation === undefined} />
      )}
      <ol className={styles.groups} aria-label={t('tab.changes')}>
        {groups.map((group) => (
          <GroupRow
            key={group.key}
            group={group}
            selection={selection}
            isOpen={open === group.key}
            onToggle={() => toggle(group.key)}
          />
        ))}
      </ol>
      {hasNextPage && rows.length >= loadedMax && (
        <Button onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
          {t('loadMore', { number: number(rows.length) })}
        </Button>
      )}
    </>
  )
}

function Nothing({ isAll }: { readonly isAll: boolean }) {
  const { t } = useTranslation('plans')
  return (
    <EmptyState icon="good" title={isAll ? t('nothing') : t('noneFound')}>
      {isAll ? t('nothingText') : undefined}
    </EmptyState>
  )
}

/** The list grows while the plan is made. */
function useGrowth(plan: Plan, refetch: () => unknown): void {
  const counts = JSON.stringify(plan.counts)
  useEffect(() => {
    if (plan.state !== 'discarded') void refetch()
  }, [counts, plan.state, refetch])
}

function Export({ operations, plan }: { readonly operations: readonly Operation[]; readonly plan: Plan }) {
  const { t } = useTranslation('plans')
  const saveCsv = (): void =>
    download(
      `${plan.id}.csv`,
      toCsv(
        ['operation', 'state', 'id', 'name', 'targetKey', 'attribute', 'before', 'after', 'reason'],
        operations.flatMap(toLines),
      ),
    )
  const saveJson = (): void =>
    download(`${plan.id}.json`, JSON.stringify({ plan, operations }, undefined, 2), 'application/json')
  return (
    <Menu>
      <Menu.Target>
        <Button leftSection={<icons.download size={14} />} disabled={operations.length === 0}>
          {t('export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={saveCsv}>{t('exportCsv')}</Menu.Item>
        <Menu.Item onClick={saveJson}>{t('exportJson')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** A line for each attribute; one without for what changes none. */
function toLines({ operation, state, object, targetKey, modified, reason }: Operation): readonly (readonly string[])[] {
  const head = [operation, state, object.id, object.name ?? '', targetKey ?? '']
  if (modified.length === 0) return [[...head, '', '', '', reason]]
  return modified.map(({ name, before, after }) => [...head, name, toText(before), toText(after), reason])
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

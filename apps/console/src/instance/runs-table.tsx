import { Button, Select } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { pollingMs } from '../api/live.ts'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { tellOutcome } from '../ui/toast.ts'
import styles from './instance.module.css'
import { runStates, runTones, type RunState } from './run-states.ts'

type Run = EntryOf<'listInstanceRuns'>
type RunsTableProps = { readonly state: RunState | undefined; onState(state: RunState | undefined): void }

/** Long work of all organizations; what failed can go on. */
export function RunsTable({ state, onState }: RunsTableProps) {
  const { t } = useTranslation('instance')
  const query = state === undefined ? {} : { state }
  // Live events tell of one organization only.
  const pages = usePages('listInstanceRuns', { query }, { refetchInterval: pollingMs })
  const filter = (
    <Select
      size="xs"
      aria-label={t('column.state')}
      data={[
        { value: 'all', label: t('runs.all') },
        ...runStates.map((value) => ({ value, label: t(`runs.state.${value}`) })),
      ]}
      value={state ?? 'all'}
      allowDeselect={false}
      onChange={(value) => onState(runStates.find((each) => each === value))}
    />
  )
  return (
    <Section title={t('runs.title')} actions={filter}>
      <div className={styles.runs}>
        <DataTable
          name="instance-runs"
          label={t('runs.title')}
          columns={useColumns()}
          pages={pages}
          idOf={({ id }) => id}
          empty={<EmptyState icon="runs" title={t('runs.empty')} />}
          {...(state !== undefined && { emptyFiltered: <EmptyState icon="runs" title={t('runs.emptyFiltered')} /> })}
        />
      </div>
    </Section>
  )
}

function useColumns(): readonly Column<Run>[] {
  const { t } = useTranslation('instance')
  return useMemo(
    () => [
      {
        id: 'kind',
        header: t('runs.kind'),
        width: 'minmax(160px, 1fr)',
        cell: ({ kind }) => <code>{kind}</code>,
        text: ({ kind }) => kind,
      },
      {
        id: 'organization',
        header: t('column.organization'),
        width: 'minmax(120px, 1fr)',
        cell: ({ organization }) => organization?.name ?? t('runs.ofInstance'),
        text: ({ organization }) => organization?.slug ?? '',
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '130px',
        cell: ({ state }) => <StateChip tone={runTones[state]}>{t(`runs.state.${state}`)}</StateChip>,
        text: ({ state }) => state,
      },
      {
        id: 'created',
        header: t('column.created'),
        width: '130px',
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
      {
        id: 'error',
        header: t('runs.error'),
        width: 'minmax(160px, 2fr)',
        cell: ({ error }) => <span title={error ?? ''}>{error ?? '–'}</span>,
        text: ({ error }) => error ?? '',
      },
      { id: 'acts', header: t('column.acts'), width: '130px', cell: (run) => <Retry run={run} /> },
    ],
    [t],
  )
}

function Retry({ run: { id, state, kind } }: { readonly run: Run }) {
  const { t } = useTranslation('instance')
  const retry = useChange('retryInstanceRun', { stale: ['listInstanceRuns', 'getInstanceJobs', 'listRuns'] })
  if (state !== 'failed') return null
  return (
    <Button
      size="xs"
      loading={retry.isPending}
      leftSection={<icons.retry size={14} />}
      onClick={() => tellOutcome(retry.mutateAsync({ params: { run: id } }), () => t('runs.retried', { kind }))}
    >
      {t('runs.retry')}
    </Button>
  )
}

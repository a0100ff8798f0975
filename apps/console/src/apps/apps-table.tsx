import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useOrganizationSlug, usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { AppHealth, AppState } from './app-state.tsx'

type Seen = NonNullable<RouteAnswer<'getOverview'>['apps']>[number]
/** An app, and how it stands: the list knows the one, the overview the other. */
type Row = EntryOf<'listApps'> & { readonly seen: Seen | undefined }

export function AppsTable({ words, onClear }: { readonly words: string; onClear(): void }) {
  const { t } = useTranslation('apps')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const columns = useAppColumns()
  const pages = useAppRows(words)
  return (
    <DataTable
      name="apps"
      label={t('title')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      onOpen={({ id }) => void navigate({ to: '/$organization/apps/$app', params: { organization, app: id } })}
      {...(words !== '' && {
        emptyFiltered: (
          <NothingFound title={t('empty.filtered', { words })} clear={t('empty.clear')} onClear={onClear} />
        ),
      })}
      empty={
        <EmptyState icon="apps" title={t('empty.title')}>
          {t('empty.text')}
        </EmptyState>
      }
    />
  )
}

function useAppRows(words: string) {
  const formats = useFormats()
  const pages = usePages('listApps')
  const { data } = useRoute('getOverview')
  const rows = useMemo(() => {
    const seen = new Map(data?.apps?.map((each) => [each.id, each]))
    const wanted = words.toLowerCase()
    return pages.rows
      .filter(({ name }) => name.toLowerCase().includes(wanted))
      .map((app): Row => ({ ...app, seen: seen.get(app.id) }))
      .toSorted((a, b) => formats.compare(a.name, b.name))
  }, [pages.rows, data, words, formats])
  return { ...pages, rows, count: undefined }
}

function useAppColumns(): readonly Column<Row>[] {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  return useMemo(() => {
    const number = (id: string, header: string, of: (seen: Seen) => number): Column<Row> => ({
      id,
      header,
      width: '104px',
      isNumeric: true,
      cell: ({ seen }) => (seen === undefined ? '–' : formats.number(of(seen))),
      text: ({ seen }) => (seen === undefined ? '' : String(of(seen))),
    })
    return [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(180px, 1.6fr)',
        cell: ({ id, name }) => (
          <Link to="/$organization/apps/$app" params={{ organization, app: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '130px',
        cell: ({ state }) => <AppState state={state} />,
        text: ({ state }) => state,
      },
      {
        id: 'health',
        header: t('column.health'),
        width: '150px',
        cell: ({ seen, state }) => (seen === undefined || state === 'draft' ? '–' : <AppHealth health={seen.health} />),
        text: ({ seen }) => seen?.health ?? '',
      },
      number('ok', t('column.ok'), ({ ok24h }) => ok24h),
      number('failed', t('column.failed'), ({ failed24h }) => failed24h),
      number('escrowed', t('column.escrowed'), ({ escrowed }) => escrowed),
      number('held', t('column.held'), ({ held }) => held),
      {
        id: 'last',
        header: t('column.last'),
        width: '140px',
        cell: ({ seen }) => <Time at={seen?.lastRun?.startedAt} />,
        text: ({ seen }) => seen?.lastRun?.startedAt ?? '',
      },
      {
        id: 'next',
        header: t('column.next'),
        width: '150px',
        cell: ({ seen, state }) => {
          const at = seen?.nextRunAt ?? undefined
          if (at !== undefined) return <Time at={at} />
          return state === 'active' ? t('onChange') : '–'
        },
        text: ({ seen }) => seen?.nextRunAt ?? '',
      },
    ]
  }, [t, formats, organization])
}

import { Button, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toUrl } from '../api/call.ts'
import { useOrganizationSlug, usePages } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { classTones, type Account } from './account.ts'
import { AccountPanel } from './account-panel.tsx'
import { ObjectLink } from './object-link.tsx'
import { kinds, type PeopleSearch } from './people-search.ts'
import styles from './people.module.css'

const route = getRouteApi('/$organization/apps/$app/people')

const keyOf = ({ kind, targetKey }: Account): string => `${kind} ${targetKey}`

/** As the last reconciliation found them; a row opens what differs. */
export function AccountTable({ app }: { readonly app: string }) {
  const { t } = useTranslation('appPeople')
  const { class: found, standing, kind, open } = route.useSearch()
  const navigate = route.useNavigate()
  const organization = useOrganizationSlug()
  const query = {
    ...(found !== undefined && { class: found }),
    ...(standing !== undefined && { standing }),
    ...(kind !== undefined && { kind }),
  }
  const pages = usePages('listAppAccounts', { params: { app }, query })
  const columns = useColumns()
  const set = (change: PeopleSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  const isFiltered = Object.keys(query).length > 0
  return (
    <>
      <div className={styles.facts}>
        <Select
          className={styles.filter ?? ''}
          aria-label={t('column.kind')}
          placeholder={t('anyKind')}
          clearable
          data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          value={kind ?? null}
          onChange={(value) => set({ kind: kinds.find((each) => each === value) })}
        />
        <Button
          component="a"
          href={toUrl('exportAppAccounts', { params: { organization, app }, query })}
          download
          leftSection={<icons.download size={14} />}
        >
          {t('export')}
        </Button>
      </div>
      <div className={styles.table}>
        <DataTable
          name="app-accounts"
          label={t('view.accounts')}
          columns={columns}
          pages={pages}
          idOf={keyOf}
          openId={open}
          onOpen={(account) => set({ open: keyOf(account) })}
          {...(isFiltered && {
            emptyFiltered: (
              <NothingFound
                title={t('empty.filtered')}
                clear={t('clearFilters')}
                onClear={() => set({ class: undefined, standing: undefined, kind: undefined })}
              />
            ),
          })}
          empty={<EmptyState icon="users" title={t('empty.noAccounts')} />}
        />
      </div>
      <AccountPanel account={pages.rows.find((row) => keyOf(row) === open)} onClose={() => set({ open: undefined })} />
    </>
  )
}

function useColumns(): readonly Column<Account>[] {
  const { t } = useTranslation('appPeople')
  return [
    {
      id: 'account',
      header: t('column.inApp'),
      width: 'minmax(180px, 1.4fr)',
      cell: ({ name, targetKey }) => name ?? targetKey,
      text: ({ name, targetKey }) => name ?? targetKey,
    },
    {
      id: 'class',
      header: t('column.found'),
      width: '170px',
      cell: (row) => <StateChip tone={classTones[row.class]}>{t(`found.${row.class}`)}</StateChip>,
      text: (row) => row.class,
    },
    {
      id: 'standing',
      header: t('column.standing'),
      width: 'minmax(140px, 1fr)',
      cell: ({ standing }) => (standing === null ? '–' : t(`found.${standing}`)),
      text: ({ standing }) => standing ?? '',
    },
    {
      id: 'owner',
      header: t('column.owner'),
      width: 'minmax(150px, 1fr)',
      cell: ({ kind, object }) =>
        object === null ? '–' : <ObjectLink kind={kind} id={object.id} name={object.name ?? object.id} />,
      text: ({ object }) => object?.name ?? object?.id ?? '',
    },
    {
      id: 'key',
      header: t('column.key'),
      width: 'minmax(140px, 1fr)',
      isExtra: true,
      cell: ({ targetKey }) => <code>{targetKey}</code>,
      text: ({ targetKey }) => targetKey,
    },
  ]
}

import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { AccountState } from './account-state.tsx'

type Account = EntryOf<'listServiceAccounts'>
type AccountsTableProps = { readonly words: string; readonly isDisabled: boolean; onClear(): void }

export function AccountsTable({ words, isDisabled, onClear }: AccountsTableProps) {
  const { t } = useTranslation('access')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const columns = useAccountColumns()
  const query = { state: isDisabled ? 'disabled' : 'active', ...(words !== '' && { search: words }) }
  return (
    <DataTable
      name="service-accounts"
      label={t('title')}
      columns={columns}
      pages={usePages('listServiceAccounts', { query })}
      idOf={({ id }) => id}
      onOpen={({ id }) =>
        void navigate({ to: '/$organization/service-accounts/$account', params: { organization, account: id } })
      }
      {...(words !== '' && {
        emptyFiltered: <NothingFound title={t('empty.filtered')} clear={t('empty.clear')} onClear={onClear} />,
      })}
      empty={
        <EmptyState icon="serviceAccounts" title={t(isDisabled ? 'empty.disabled' : 'empty.active')}>
          {t('empty.text')}
        </EmptyState>
      }
    />
  )
}

function useAccountColumns(): readonly Column<Account>[] {
  const { t } = useTranslation('access')
  const organization = useOrganizationSlug()
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 'minmax(180px, 1.4fr)',
      cell: ({ id, name }) => (
        <Link to="/$organization/service-accounts/$account" params={{ organization, account: id }} tabIndex={-1}>
          {name}
        </Link>
      ),
      text: ({ name }) => name,
    },
    {
      id: 'state',
      header: t('column.state'),
      width: '120px',
      cell: ({ state }) => <AccountState state={state} />,
      text: ({ state }) => state,
    },
    {
      id: 'email',
      header: t('column.email'),
      cell: ({ email }) => email ?? '–',
      text: ({ email }) => email ?? '',
    },
    {
      id: 'createdAt',
      header: t('column.createdAt'),
      width: '140px',
      cell: ({ createdAt }) => <Time at={createdAt} />,
      text: ({ createdAt }) => createdAt,
    },
  ]
}

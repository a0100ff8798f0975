import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { pollingMs } from '../api/live.ts'
import { usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { mailTones, type MailState } from './states.ts'

type Mail = EntryOf<'listMails'>

type MailsTableProps = {
  readonly state: MailState | undefined
  readonly openId: string | undefined
  onOpen(id: string): void
}

export function MailsTable({ state, openId, onOpen }: MailsTableProps) {
  const { t } = useTranslation('mails')
  const query = state === undefined ? {} : { state }
  // No live event tells of mails.
  const pages = usePages('listMails', { query }, { refetchInterval: pollingMs })
  const empty = (
    <EmptyState icon="mail" title={t('empty')}>
      {t('emptyText')}
    </EmptyState>
  )
  return (
    <DataTable
      name="mails"
      label={t('title')}
      columns={useColumns()}
      pages={pages}
      idOf={({ id }) => id}
      openId={openId}
      onOpen={({ id }) => onOpen(id)}
      empty={empty}
      {...(state !== undefined && { emptyFiltered: <EmptyState icon="mail" title={t('emptyFiltered')} /> })}
    />
  )
}

function useColumns(): readonly Column<Mail>[] {
  const { t } = useTranslation('mails')
  return useMemo(
    () => [
      {
        id: 'subject',
        header: t('column.subject'),
        width: 'minmax(200px, 2fr)',
        cell: ({ subject }) => subject,
        text: ({ subject }) => subject,
      },
      {
        id: 'to',
        header: t('column.to'),
        width: 'minmax(160px, 1.4fr)',
        cell: ({ to }) => to,
        text: ({ to }) => to,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '150px',
        cell: ({ state }) => <StateChip tone={mailTones[state]}>{t(`state.${state}`)}</StateChip>,
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
        id: 'sent',
        header: t('column.sent'),
        width: '130px',
        cell: ({ sentAt }) => <Time at={sentAt} />,
        text: ({ sentAt }) => sentAt ?? '',
      },
      {
        id: 'attempts',
        header: t('column.attempts'),
        width: '90px',
        isNumeric: true,
        isExtra: true,
        cell: ({ attempts }) => attempts,
        text: ({ attempts }) => String(attempts),
      },
    ],
    [t],
  )
}

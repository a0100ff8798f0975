import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { LinkActs } from './link-acts.tsx'

type SetupLink = EntryOf<'listSetupLinks'>

const tones: { readonly [state in SetupLink['state']]: Tone } = {
  sent: 'info',
  opened: 'info',
  inProgress: 'info',
  done: 'good',
  revoked: 'quiet',
  expired: 'warn',
}

/** All links, newest first; how far the customer is shows by itself. */
export function SetupLinksTable({ onUrl }: { onUrl(url: string): void }) {
  const { t } = useTranslation('setupLinks')
  const pages = usePages('listSetupLinks', {}, { refetchInterval: usePolling(true) })
  return (
    <DataTable
      name="setup-links"
      label={t('title')}
      columns={useColumns(onUrl)}
      pages={pages}
      idOf={({ id }) => id}
      empty={
        <EmptyState icon="link" title={t('empty.title')}>
          {t('empty.text')}
        </EmptyState>
      }
    />
  )
}

function useColumns(onUrl: (url: string) => void): readonly Column<SetupLink>[] {
  const { t } = useTranslation('setupLinks')
  return useMemo(
    () => [
      {
        id: 'recipient',
        header: t('column.recipient'),
        width: 'minmax(150px, 1.4fr)',
        cell: ({ recipient }) => recipient ?? t('noRecipient'),
        text: ({ recipient }) => recipient ?? '',
      },
      {
        id: 'provider',
        header: t('column.provider'),
        width: 'minmax(110px, 1fr)',
        cell: ({ provider }) => t(`provider.${provider}`),
        text: ({ provider }) => provider,
      },
      {
        id: 'purpose',
        header: t('column.purpose'),
        width: 'minmax(90px, 1fr)',
        cell: ({ purpose }) => t(`purpose.${purpose}`),
        text: ({ purpose }) => purpose,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '150px',
        cell: ({ state }) => <StateChip tone={tones[state]}>{t(`state.${state}`)}</StateChip>,
        text: ({ state }) => state,
      },
      {
        id: 'step',
        header: t('column.step'),
        width: 'minmax(90px, 1fr)',
        cell: ({ step }) => (step === null ? '–' : <code>{step}</code>),
        text: ({ step }) => step ?? '',
      },
      {
        id: 'created',
        header: t('column.created'),
        width: '110px',
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
      {
        id: 'expires',
        header: t('column.expires'),
        width: '110px',
        cell: ({ expiresAt }) => <Time at={expiresAt} />,
        text: ({ expiresAt }) => expiresAt,
      },
      {
        id: 'createdBy',
        header: t('column.createdBy'),
        isExtra: true,
        cell: ({ createdBy }) => createdBy,
        text: ({ createdBy }) => createdBy,
      },
      {
        id: 'acts',
        header: t('column.acts'),
        width: '72px',
        cell: (link) => <LinkActs link={link} onUrl={onUrl} />,
      },
    ],
    [t, onUrl],
  )
}

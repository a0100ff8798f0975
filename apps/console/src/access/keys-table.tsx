import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time, useNow } from '../ui/time.tsx'
import styles from './access.module.css'
import { KeySecret, type ShownKey } from './key-secret.tsx'
import { RevokeKeyDialog } from './revoke-key-dialog.tsx'
import { RotateKeyDialog } from './rotate-key-dialog.tsx'

export type Key = EntryOf<'listKeys'>

type Act = { readonly name: 'rotate' | 'revoke'; readonly key: Key }

/** Whose keys: of an account, of a person, or one's own. */
export type KeysOf = 'own' | { readonly serviceAccount: string } | { readonly user: string }

type KeysTableProps = { readonly of: KeysOf; readonly isRevokedToo: boolean; readonly empty?: ReactNode }

/** Keys; while it is open, when each was used last is asked for anew. */
export function KeysTable({ of: whose, isRevokedToo, empty }: KeysTableProps) {
  const { t } = useTranslation('access')
  const can = useCan()
  const isOwn = whose === 'own'
  const [act, setAct] = useState<Act>()
  const [shown, setShown] = useState<ShownKey>()
  const columns = useKeyColumns(isOwn || can('keys:manage') ? setAct : undefined)
  const query = { ...(whose === 'own' ? {} : whose), ...(isRevokedToo && { revoked: true }) }
  const pages = usePages(isOwn ? 'listOwnKeys' : 'listKeys', { query }, { refetchInterval: refreshMs })
  const close = (): void => setAct(undefined)
  return (
    <>
      <DataTable
        name="keys"
        label={t('key.list')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        empty={
          empty ?? (
            <EmptyState icon="key" title={t('empty.keys')}>
              {t('empty.keysText')}
            </EmptyState>
          )
        }
      />
      {act?.name === 'rotate' && (
        <RotateKeyDialog
          secretKey={act.key}
          isOwn={isOwn}
          onClose={close}
          onMade={(made) => {
            close()
            setShown(made)
          }}
        />
      )}
      {act?.name === 'revoke' && <RevokeKeyDialog secretKey={act.key} isOwn={isOwn} onClose={close} />}
      <KeySecret shown={shown} onClose={() => setShown(undefined)} />
    </>
  )
}

const refreshMs = 15_000

function useKeyColumns(onAct: ((act: Act) => void) | undefined): readonly Column<Key>[] {
  const { t } = useTranslation('access')
  const formats = useFormats()
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 'minmax(130px, 1fr)',
      cell: ({ name }) => name,
      text: ({ name }) => name,
    },
    {
      id: 'hint',
      header: t('column.key'),
      width: '150px',
      cell: ({ hint }) => <code className={styles.code}>{hint}</code>,
      text: ({ hint }) => hint,
    },
    { id: 'state', header: t('column.state'), width: '120px', cell: (key) => <KeyState of={key} /> },
    {
      id: 'scopes',
      header: t('column.scopes'),
      width: 'minmax(140px, 1.4fr)',
      cell: ({ scopes }) => <span title={scopes.join(' ')}>{formats.list(scopes)}</span>,
      text: ({ scopes }) => scopes.join(' '),
    },
    {
      id: 'lastUsed',
      header: t('column.lastUsed'),
      width: '130px',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('key.unused') : <Time at={lastUsedAt} />),
      text: ({ lastUsedAt }) => lastUsedAt ?? '',
    },
    {
      id: 'expires',
      header: t('column.expires'),
      width: '120px',
      cell: ({ expiresAt }) => (expiresAt === null ? t('expiry.never') : <Time at={expiresAt} />),
      text: ({ expiresAt }) => expiresAt ?? '',
    },
    {
      id: 'networks',
      header: t('key.networks'),
      isExtra: true,
      cell: ({ allowedNetworks }) => (allowedNetworks === null ? '–' : formats.list(allowedNetworks)),
      text: ({ allowedNetworks }) => allowedNetworks?.join(' ') ?? '',
    },
    ...(onAct === undefined ? [] : [actColumn(t, onAct)]),
  ]
}

function actColumn(t: (key: string) => string, onAct: (act: Act) => void): Column<Key> {
  return {
    id: 'acts',
    header: t('column.acts'),
    width: '190px',
    cell: (key) =>
      key.revokedAt === null && (
        <span className={styles.acts}>
          {key.replacedBy === null && (
            <Button size="compact-xs" onClick={() => onAct({ name: 'rotate', key })}>
              {t('rotate.action')}
            </Button>
          )}
          <Button size="compact-xs" data-danger onClick={() => onAct({ name: 'revoke', key })}>
            {t('revoke.action')}
          </Button>
        </span>
      ),
  }
}

function KeyState({ of: { revokedAt, expiresAt, replacedBy } }: { readonly of: Key }) {
  const { t } = useTranslation('access')
  const now = useNow()
  if (revokedAt !== null) return <StateChip tone="quiet">{t('keyState.revoked')}</StateChip>
  if (expiresAt !== null && Date.parse(expiresAt) <= now)
    return <StateChip tone="quiet">{t('keyState.expired')}</StateChip>
  if (replacedBy !== null) return <StateChip tone="warn">{t('keyState.replaced')}</StateChip>
  return <StateChip tone="good">{t('keyState.live')}</StateChip>
}

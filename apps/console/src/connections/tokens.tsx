import { ActionIcon, Button, Menu } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Time } from '../ui/time.tsx'
import styles from './connections.module.css'
import { NewTokenDialog } from './new-token-dialog.tsx'
import { RevokeTokenDialog } from './revoke-token-dialog.tsx'
import { RotateTokenDialog } from './rotate-token-dialog.tsx'
import { TokenSecret } from './token-secret.tsx'

export type Token = EntryOf<'listKeys'>

type Act = { readonly kind: 'rotate' | 'revoke'; readonly token: Token }

/** The tokens of a connection: make, rotate, revoke. */
export function Tokens({ connection }: { readonly connection: RouteAnswer<'getConnection'> }) {
  const { t } = useTranslation('connections')
  const can = useCan()
  const [isMaking, setMaking] = useState(false)
  const [act, setAct] = useState<Act>()
  const [secret, setSecret] = useState<string>()
  const columns = useTokenColumns(setAct)
  const pages = usePages('listKeys', { query: { connection: connection.id } })
  const close = (): void => setAct(undefined)
  const makeButton = can('keys:manage') && (
    <Button variant="filled" leftSection={<icons.plus />} onClick={() => setMaking(true)}>
      {t('token.make')}
    </Button>
  )
  return (
    <>
      <div className={styles.tokens}>
        <DataTable
          name="tokens"
          label={t('tab.tokens')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          tools={makeButton}
          empty={
            <EmptyState icon="key" title={t('token.none')}>
              {t('token.noneText')}
            </EmptyState>
          }
        />
      </div>
      <NewTokenDialog
        connection={connection.id}
        isOpen={isMaking}
        onClose={() => setMaking(false)}
        onMade={setSecret}
      />
      <RotateTokenDialog token={act?.kind === 'rotate' ? act.token : undefined} onClose={close} onMade={setSecret} />
      <RevokeTokenDialog token={act?.kind === 'revoke' ? act.token : undefined} onClose={close} />
      <TokenSecret secret={secret} scimUrl={connection.scimUrl ?? ''} onClose={() => setSecret(undefined)} />
    </>
  )
}

function useTokenColumns(onAct: (act: Act) => void): readonly Column<Token>[] {
  const { t } = useTranslation('connections')
  const can = useCan()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('token.label'),
        width: 'minmax(150px, 1.2fr)',
        cell: ({ name }) => name,
        text: ({ name }) => name,
      },
      {
        id: 'hint',
        header: t('token.hint'),
        width: 'minmax(130px, 1fr)',
        cell: ({ hint }) => <code>{hint}</code>,
        text: ({ hint }) => hint,
      },
      {
        id: 'used',
        header: t('token.used'),
        width: 'minmax(130px, 1fr)',
        cell: ({ lastUsedAt }) => (lastUsedAt === null ? t('token.neverUsed') : <Time at={lastUsedAt} />),
        text: ({ lastUsedAt }) => lastUsedAt ?? '',
      },
      {
        id: 'ip',
        header: t('token.ip'),
        width: '130px',
        cell: ({ lastUsedIp }) => lastUsedIp ?? '–',
        text: ({ lastUsedIp }) => lastUsedIp ?? '',
      },
      {
        id: 'expires',
        header: t('token.expires'),
        width: 'minmax(150px, 1fr)',
        cell: (token) => <Expiry token={token} />,
        text: ({ expiresAt }) => expiresAt ?? '',
      },
      {
        id: 'by',
        header: t('fact.createdBy'),
        isExtra: true,
        cell: ({ createdBy }) => createdBy,
        text: ({ createdBy }) => createdBy,
      },
      {
        id: 'acts',
        header: t('token.acts'),
        width: '84px',
        cell: (token) => can('keys:manage') && <TokenMenu token={token} onAct={onAct} />,
      },
    ],
    [t, can, onAct],
  )
}

/** Of a token that was rotated: until when it goes on, and whether somebody still needs it. */
function Expiry({ token: { expiresAt, replacedBy, lastUsedAt } }: { readonly token: Token }) {
  const { t } = useTranslation('connections')
  if (expiresAt === null) return <span>{t('token.never')}</span>
  return (
    <span>
      <Time at={expiresAt} />
      {replacedBy !== null && ` · ${lastUsedAt === null ? t('token.replaced') : t('token.replacedUsed')}`}
    </span>
  )
}

function TokenMenu({ token, onAct }: { readonly token: Token; onAct(act: Act): void }) {
  const { t } = useTranslation('connections')
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('token.actsOf', { name: token.name })}>
          <icons.more />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<icons.retry />} onClick={() => onAct({ kind: 'rotate', token })}>
          {t('token.rotate')}
        </Menu.Item>
        <Menu.Item data-danger leftSection={<icons.remove />} onClick={() => onAct({ kind: 'revoke', token })}>
          {t('token.revoke')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

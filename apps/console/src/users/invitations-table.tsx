import { ActionIcon, Button, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'

type Invitation = EntryOf<'listInvitations'>

const tones: { readonly [state in Invitation['state']]: Tone } = {
  open: 'info',
  expired: 'warn',
  accepted: 'good',
  replaced: 'quiet',
  revoked: 'quiet',
}

export function InvitationsTable({ onStarted }: { onStarted(run: string): void }) {
  const { t } = useTranslation('users')
  const can = useCan()
  const pages = usePages('listInvitations')
  const columns = useColumns()
  const [selected, select] = useState<ReadonlySet<string>>(new Set())
  const people = pages.rows.filter(({ id }) => selected.has(id)).map(({ userId }) => userId)
  return (
    <DataTable
      name="invitations"
      label={t('tab.invitations')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      {...(can('people:manage') &&
        can('people:invite') && {
          selection: { ids: selected, change: select },
          tools: people.length > 0 && (
            <ResendButton people={people} onStarted={onStarted} onDone={() => select(new Set())} />
          ),
        })}
      empty={
        <EmptyState icon="mail" title={t('empty.invitations')}>
          {t('empty.invitationsText')}
        </EmptyState>
      }
    />
  )
}

type ResendProps = { readonly people: readonly string[]; onStarted(run: string): void; onDone(): void }

/** A new link for each who is chosen and still pending. */
function ResendButton({ people, onStarted, onDone }: ResendProps) {
  const { t } = useTranslation('users')
  const start = useChange('actOnPeople', { stale: ['listRuns'] })
  const ids = [...new Set(people)]
  const send = (): void =>
    start.mutate(
      { body: { act: 'resendInvitation', people: { ids } } },
      {
        onSuccess: ({ id }) => {
          onDone()
          onStarted(id)
        },
        onError: ({ message }) => showToast({ tone: 'bad', text: message }),
      },
    )
  return (
    <Button size="compact-sm" leftSection={<icons.send />} loading={start.isPending} onClick={send}>
      {t('bulk.resendAction', { count: ids.length })}
    </Button>
  )
}

function useColumns(): readonly Column<Invitation>[] {
  const { t } = useTranslation('users')
  const organization = useOrganizationSlug()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(160px, 1.2fr)',
        cell: ({ userId, name }) => (
          <Link to="/$organization/users/$user" params={{ organization, user: userId }}>
            {name ?? userId}
          </Link>
        ),
        text: ({ name }) => name ?? '',
      },
      {
        id: 'to',
        header: t('column.to'),
        width: 'minmax(180px, 1.4fr)',
        cell: ({ to }) => to ?? t('invitation.noAddress'),
        text: ({ to }) => to ?? '',
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: ({ state }) => <StateChip tone={tones[state]}>{t(`invitationState.${state}`)}</StateChip>,
        text: ({ state }) => state,
      },
      {
        id: 'sent',
        header: t('column.sent'),
        width: '140px',
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
      {
        id: 'expires',
        header: t('column.expires'),
        width: '140px',
        cell: ({ expiresAt }) => <Time at={expiresAt} />,
        text: ({ expiresAt }) => expiresAt ?? '',
      },
      { id: 'acts', header: t('column.acts'), width: '72px', cell: (invitation) => <Acts invitation={invitation} /> },
    ],
    [t, organization],
  )
}

function Acts({ invitation }: { readonly invitation: Invitation }) {
  const { t } = useTranslation('users')
  const can = useCan()
  const stale = ['listInvitations', 'getPerson', 'listMails'] as const
  const resend = useChange('resendInvitation', { stale })
  const revoke = useChange('revokeInvitation', { stale })
  const share = useChange('shareInvitation', { stale: [] })
  if (!can('people:invite') || (invitation.state !== 'open' && invitation.state !== 'expired')) return null
  const change = { params: { invitation: invitation.id } }
  const copyLink = (): void =>
    tellOutcome(
      share.mutateAsync(change).then(({ url }) => navigator.clipboard.writeText(url)),
      () => t('invitation.linkCopied'),
    )
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('invitation.acts', { name: invitation.name ?? invitation.to ?? '' })}>
          <icons.more />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<icons.send />}
          onClick={() => tellOutcome(resend.mutateAsync(change), () => t('invitation.resent'))}
        >
          {t('invitation.resend')}
        </Menu.Item>
        <Menu.Item leftSection={<icons.link />} onClick={copyLink}>
          {t('invitation.copyLink')}
        </Menu.Item>
        {invitation.state === 'open' && (
          <Menu.Item
            data-danger
            leftSection={<icons.remove />}
            onClick={() => tellOutcome(revoke.mutateAsync(change), () => t('invitation.revoked'))}
          >
            {t('invitation.revoke')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

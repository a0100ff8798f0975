import { ActionIcon, Button, Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Time } from '../ui/time.tsx'
import { EndAllDialog, EndSessionsDialog } from './end-dialogs.tsx'
import { SessionState } from './session-state.tsx'
import { useSessionWords, type SessionEntry } from './session-words.ts'

type SessionsTableProps = {
  /** Only of this person, whose name needs no column then. */
  readonly person?: string | undefined
  readonly withEnded: boolean
}

/** Who is signed in where; whoever may ends one, several, or all of a person. */
export function SessionsTable({ person, withEnded }: SessionsTableProps) {
  const { t } = useTranslation('sessions')
  const can = useCan()
  const [ending, end] = useState<readonly SessionEntry[]>([])
  const [endingAll, endAll] = useState<{ readonly id: string; readonly name: string }>()
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const query = { ...(person !== undefined && { user: person }), ...(withEnded && { ended: 'true' as const }) }
  const pages = usePages('listSessions', { query })
  const marked = pages.rows.filter(({ id, endedAt }) => ids.has(id) && endedAt === null)
  const mayEnd = can('sign-in:manage')
  const columns = useSessionColumns({ person, mayEnd, end, endAll })
  return (
    <>
      <DataTable
        name={person === undefined ? 'sessions' : 'person-sessions'}
        label={t('title')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        {...(mayEnd && { selection: { ids, change: setIds } })}
        tools={
          marked.length > 0 && (
            <Button size="compact-xs" data-danger onClick={() => end(marked)}>
              {t('end.marked')}
            </Button>
          )
        }
        empty={
          <EmptyState icon="signIn" title={t('empty')}>
            {t('emptyText')}
          </EmptyState>
        }
      />
      <EndSessionsDialog sessions={ending} onClose={() => end([])} onDone={() => setIds(new Set())} />
      {endingAll !== undefined && <EndAllDialog person={endingAll} onClose={() => endAll(undefined)} />}
    </>
  )
}

type ColumnsOf = {
  readonly person: string | undefined
  readonly mayEnd: boolean
  end(sessions: readonly SessionEntry[]): void
  endAll(person: { readonly id: string; readonly name: string }): void
}

function useSessionColumns({ person, mayEnd, end, endAll }: ColumnsOf): readonly Column<SessionEntry>[] {
  const { t } = useTranslation('sessions')
  const facts = useFactColumns()
  const name = useNameColumn()
  return [
    ...(person === undefined ? [name] : []),
    ...facts,
    ...(mayEnd
      ? [
          {
            id: 'acts',
            header: t('column.acts'),
            width: '70px',
            cell: (session: SessionEntry) => <Acts session={session} end={end} endAll={endAll} />,
          },
        ]
      : []),
  ]
}

function useNameColumn(): Column<SessionEntry> {
  const { t } = useTranslation('sessions')
  const organization = useOrganizationSlug()
  const can = useCan()
  const isLinked = can('people:read')
  return {
    id: 'name',
    header: t('column.name'),
    width: 'minmax(120px, 1.2fr)',
    cell: ({ userId, name }) =>
      isLinked ? (
        <Link to="/$organization/users/$user" params={{ organization, user: userId }} search={{ tab: 'sessions' }}>
          {name ?? userId}
        </Link>
      ) : (
        (name ?? userId)
      ),
    text: ({ userId, name }) => name ?? userId,
  }
}

function useFactColumns(): readonly Column<SessionEntry>[] {
  const { t } = useTranslation('sessions')
  const words = useSessionWords()
  return [
    {
      id: 'device',
      header: t('column.device'),
      width: 'minmax(130px, 1fr)',
      cell: (session) => <span title={session.userAgent ?? undefined}>{words.device(session)}</span>,
      text: ({ userAgent }) => userAgent ?? '',
    },
    { id: 'ip', header: t('column.ip'), width: '110px', cell: ({ ip }) => ip ?? '–', text: ({ ip }) => ip ?? '' },
    {
      id: 'method',
      header: t('column.method'),
      width: 'minmax(130px, 1.2fr)',
      cell: (session) => words.method(session),
      text: (session) => words.method(session),
    },
    {
      id: 'state',
      header: t('column.state'),
      width: 'minmax(130px, 1fr)',
      cell: (session) => <SessionState session={session} />,
    },
    {
      id: 'started',
      header: t('column.started'),
      width: '115px',
      cell: ({ startedAt }) => <Time at={startedAt} />,
      text: ({ startedAt }) => startedAt,
    },
    {
      id: 'seen',
      header: t('column.seen'),
      width: '115px',
      cell: ({ lastSeenAt }) => <Time at={lastSeenAt} />,
      text: ({ lastSeenAt }) => lastSeenAt,
    },
    {
      id: 'expires',
      header: t('column.expires'),
      width: '130px',
      isExtra: true,
      cell: ({ expiresAt }) => <Time at={expiresAt} />,
      text: ({ expiresAt }) => expiresAt,
    },
  ]
}

type ActsProps = Pick<ColumnsOf, 'end' | 'endAll'> & { readonly session: SessionEntry }

function Acts({ session, end, endAll }: ActsProps) {
  const { t } = useTranslation('sessions')
  const name = session.name ?? session.userId
  if (session.endedAt !== null) return null
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('acts', { name })}>
          <icons.more />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<icons.close />} onClick={() => end([session])}>
          {t('end.this')}
        </Menu.Item>
        <Menu.Item data-danger leftSection={<icons.remove />} onClick={() => endAll({ id: session.userId, name })}>
          {t('endAll.action')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

import { Button, NativeSelect } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { DateField } from '../ui/date-field.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Time } from '../ui/time.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'
import { UserState } from '../users/user-state.tsx'
import { AddMembersDialog } from './add-members-dialog.tsx'
import { PasteDialog } from './paste-dialog.tsx'
import { doEach } from './removal.ts'
import { reaches, toReach } from './tabs.ts'
import type { TeamDetails } from './team-page.tsx'
import styles from './teams.module.css'

const route = getRouteApi('/$organization/teams/$team')

export type Member = EntryOf<'listTeamMembers'>

/** Who is in it: directly, by teams below it, or on some day before. */
export function TeamMembers({ team }: { readonly team: TeamDetails }) {
  const { t } = useTranslation('teams')
  const can = useCan()
  const { reach = 'direct', asOf } = route.useSearch()
  const [asked, ask] = useState<'add' | 'paste'>()
  const [selected, select] = useState<ReadonlySet<string>>(new Set())
  const query = { reach, suspended: true, ...(asOf !== undefined && { asOf }) }
  const pages = usePages('listTeamMembers', { params: { team: team.id }, query })
  const isOpen = can('teams:manage') && !team.locked.includes('members') && asOf === undefined
  const columns = useMemberColumns(team.ruleRevision !== null)
  return (
    <>
      <WhichMembers />
      {team.locked.includes('members') && (
        <p className={styles.notice}>
          <icons.lock />{' '}
          {t(team.ruleRevision === null ? 'lockedBySource' : 'lockedByRule', {
            name: team.managedBy?.name ?? team.group?.name ?? '',
          })}
        </p>
      )}
      <DataTable
        name="members"
        label={t('tab.members')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        {...(isOpen && reach === 'direct' && { selection: { ids: selected, change: select } })}
        tools={
          isOpen && (
            <>
              {selected.size > 0 && <RemoveSelected team={team.id} ids={selected} onDone={() => select(new Set())} />}
              <Button size="compact-sm" leftSection={<icons.plus />} onClick={() => ask('add')}>
                {t('members.add')}
              </Button>
              <Button size="compact-sm" onClick={() => ask('paste')}>
                {t('paste.action')}
              </Button>
            </>
          )
        }
        empty={
          <EmptyState
            icon="users"
            title={t('members.none')}
            actions={isOpen && <Button onClick={() => ask('add')}>{t('members.add')}</Button>}
          >
            {t('members.noneText')}
          </EmptyState>
        }
      />
      <AddMembersDialog team={team.id} isOpen={asked === 'add'} onClose={() => ask(undefined)} />
      <PasteDialog team={team.id} isOpen={asked === 'paste'} onClose={() => ask(undefined)} />
    </>
  )
}

/** Which members, and of which day: both stand in the address. */
function WhichMembers() {
  const { t } = useTranslation('teams')
  const { reach = 'direct', asOf } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <div className={styles.which}>
      <NativeSelect
        label={t('reach.label')}
        value={reach}
        data={reaches.map((value) => ({ value, label: t(`reach.${value}`) }))}
        onChange={(event) => {
          const chosen = toReach(event.currentTarget.value)
          void navigate({ search: (before) => ({ ...before, reach: chosen }) })
        }}
      />
      <DateField
        label={t('asOf')}
        value={asOf ?? ''}
        onChange={(day) => void navigate({ search: (before) => ({ ...before, asOf: day || undefined }) })}
      />
    </div>
  )
}

/** Can be undone, so it is done: the toast adds them again. */
function RemoveSelected({
  team,
  ids,
  onDone,
}: {
  readonly team: string
  readonly ids: ReadonlySet<string>
  onDone(): void
}) {
  const { t } = useTranslation('teams')
  const stale = ['listTeamMembers', 'listTeams', 'listTeamHistory'] as const
  const remove = useChange('removeTeamMember', { stale })
  const add = useChange('addTeamMembers', { stale })
  const act = async (): Promise<void> => {
    const { done: members, error } = await doEach([...ids], (member) =>
      remove.mutateAsync({ params: { team, member } }),
    )
    const putBack = (): void =>
      tellOutcome(add.mutateAsync({ params: { team }, body: { members: [...members] } }), ({ added }) =>
        t('members.added', { count: added.length }),
      )
    onDone()
    if (error !== undefined) showToast({ tone: 'bad', text: error.message })
    // Whoever left before something spoke against the next can come back all the same.
    if (members.length > 0)
      showToast({
        tone: 'good',
        text: t('members.removed', { count: members.length }),
        action: { label: t('undo'), run: putBack },
      })
  }
  return (
    <Button size="compact-sm" leftSection={<icons.remove />} loading={remove.isPending} onClick={() => void act()}>
      {t('members.remove', { count: ids.size })}
    </Button>
  )
}

function useMemberColumns(isRuled: boolean): readonly Column<Member>[] {
  const { t } = useTranslation('teams')
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(200px, 1.5fr)',
        cell: (member) => <MemberName member={member} />,
        text: ({ name, userName, id }) => name ?? userName ?? id,
      },
      {
        id: 'userName',
        header: t('column.userName'),
        width: 'minmax(180px, 1.3fr)',
        cell: ({ userName }) => userName ?? '–',
        text: ({ userName }) => userName ?? '',
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: ({ state }) => (state === null ? '–' : <UserState state={state} />),
        text: ({ state }) => state ?? '',
      },
      {
        id: 'why',
        header: t('column.why'),
        width: '170px',
        cell: (member) => t(`why.${whyOf(member, isRuled)}`),
        text: (member) => t(`why.${whyOf(member, isRuled)}`),
      },
      {
        id: 'since',
        header: t('column.since'),
        width: '130px',
        cell: ({ since }) => <Time at={since} />,
        text: ({ since }) => since,
      },
      {
        id: 'until',
        header: t('column.until'),
        width: '130px',
        cell: ({ until }) => (until === null ? '–' : <Time at={until} />),
        text: ({ until }) => until ?? '',
      },
    ],
    [t, isRuled],
  )
}

function whyOf({ isDirect, isManual }: Member, isRuled: boolean): 'byHand' | 'bySource' | 'byRule' | 'below' {
  if (!isDirect) return 'below'
  if (isManual) return 'byHand'
  return isRuled ? 'byRule' : 'bySource'
}

function MemberName({ member: { id, kind, name, userName } }: { readonly member: Member }) {
  const { organization } = route.useParams()
  const text = name ?? userName ?? id
  if (kind === 'team')
    return (
      <span className={styles.name}>
        <icons.teams size={14} />
        <Link to="/$organization/teams/$team" params={{ organization, team: id }}>
          {text}
        </Link>
      </span>
    )
  return (
    <Link to="/$organization/users/$user" params={{ organization, user: id }}>
      {text}
    </Link>
  )
}

import type { Database } from '../../src/db/pool.ts'
import type { AppTeam } from '../../src/db/queries/provisioning-members.ts'
import type { MembersResult, MemberSync, SentSteps } from '../../src/provisioning/members/member-run.ts'
import { syncMembers } from '../../src/provisioning/members/sync-members.ts'
import { createContext, newId } from '../directory/fixture.ts'
import { seedTeams, seedUsers } from '../directory/seed.ts'
import { createTestClock, type TestClock } from '../harness/application.ts'
import { createGroupTarget, type GroupTarget } from './group-target.ts'

/** Seeded people and a team of them all, linked to accounts `a<n>` and the group `g` of an app: no engine runs. */
export type LinkedApp = AppTeam & {
  readonly database: Database
  readonly clock: TestClock
  readonly target: GroupTarget
  /** Person n of the seed, from 1 on. */
  readonly people: readonly string[]
  readonly sent: SentSteps[]
  sync(options?: Partial<MemberSync>): Promise<MembersResult>
  setLink(objectId: string, values: Readonly<Record<string, unknown>>): Promise<void>
  addMember(teamId: string, memberId: string, kind?: 'user' | 'team'): Promise<void>
  dropMember(teamId: string, memberId: string): Promise<void>
  /** The accounts in the group, in the order of people. */
  members(): readonly string[]
  /** Ids of members that the app knows to be applied. */
  edges(): Promise<readonly string[]>
}

export const settleMs = 45_000

export async function createLinkedApp(database: Database, count: number, membersMax?: number): Promise<LinkedApp> {
  const scope = await createContext(database)
  const { organizationId } = scope
  await seedUsers(database, scope, { count })
  await seedTeams(database, scope, { count: 1, members: count })
  const people = await column(database, 'select id from users where organization_id = $1 order by id', [organizationId])
  const [teamId = ''] = await column(database, 'select id from teams where organization_id = $1', [organizationId])
  const appId = newId()
  await database.query({ text: linkText }, [organizationId, appId])
  const clock = createTestClock(new Date('2026-11-21T09:00:00.000Z'))
  const target = createGroupTarget(membersMax)
  target.groups.set('g', new Set())
  const team = { organizationId, appId, teamId }
  const sent: SentSteps[] = []
  const run = (text: string, values: readonly unknown[]): Promise<unknown> => database.query({ text }, values)
  return {
    ...team,
    database,
    clock,
    target,
    people,
    sent,
    sync: (options) =>
      syncMembers({
        database,
        clock,
        target,
        team,
        nesting: 'flatten',
        isAuthoritative: false,
        settleMs,
        isSample: false,
        admits: () => Promise.resolve(true),
        permit: () => Promise.resolve('given'),
        report: () => undefined,
        onSent: (_tx, steps) => {
          sent.push(steps)
          return Promise.resolve()
        },
        ...options,
      }),
    setLink: async (objectId, values) => {
      const sets = Object.keys(values).map((name, index) => `${name} = $${index + 4}`)
      const text = `update links set ${sets.join(', ')} where organization_id = $1 and app_id = $2 and object_id = $3`
      await run(text, [organizationId, appId, objectId, ...Object.values(values)])
    },
    addMember: async (id, memberId, kind = 'user') => {
      await run(
        'insert into memberships (organization_id, team_id, member_id, member_kind, valid_from) values ($1, $2, $3, $4, now())',
        [organizationId, id, memberId, kind],
      )
    },
    dropMember: async (id, memberId) => {
      await run('delete from memberships where organization_id = $1 and team_id = $2 and member_id = $3', [
        organizationId,
        id,
        memberId,
      ])
    },
    members: () => [...(target.groups.get('g') ?? [])].toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
    edges: () =>
      column(
        database,
        `select member_id as id from member_edges where organization_id = $1 and app_id = $2 and team_id = $3
          and is_present order by member_id`,
        [organizationId, appId, teamId],
      ),
  }
}

const linkText = `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, origin, target_key)
  select $1, $2::uuid, 'user', id, 'linked', true, 'created', 'a' || row_number() over (order by id) from users where organization_id = $1
  union all
  select $1, $2, 'team', id, 'linked', true, 'created', 'g' from teams where organization_id = $1`

async function column(database: Database, text: string, values: readonly unknown[]): Promise<readonly string[]> {
  const { rows } = await database.query<{ id: string }>({ text }, values)
  return rows.map(({ id }) => id)
}

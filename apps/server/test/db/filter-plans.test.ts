import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bindFilter, parseFilter, type ResourceType } from '@rollcall/scim'
import { orderById } from '../../src/db/filter-sql/sort.ts'
import { compileList } from '../../src/db/queries/lists.ts'
import { toDirectoryTable } from '../../src/db/tables.ts'
import { createContext, groupType, userType } from '../directory/fixture.ts'
import { seedTeams, seedUsers, settle } from '../directory/seed.ts'
import { createTestDatabase } from '../harness/database.ts'

const usersMax = 20_000
const teamsMax = 2_000
const { database, close } = await createTestDatabase()
after(close)
const context = await createContext(database)
const other = await createContext(database)
let teamId = ''

before(async () => {
  await seedUsers(database, context, { count: usersMax })
  // Another organization as large: its rows must cost nothing.
  await seedUsers(database, other, { count: usersMax })
  teamId = (await seedTeams(database, context, { count: teamsMax, members: 3 })).at(-1) ?? ''
  const suspend = `update users set state = 'suspended' where organization_id = $1 and user_name_key like $2`
  await database.query({ text: suspend }, [context.organizationId, 'seed199_@example.com'])
  await database.query({ text: suspend }, [other.organizationId, 'seed1%'])
  await settle(database)
})

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const userFilters: readonly (readonly [string, number])[] = [
  ['emails[type eq "work" and value eq "seed77@example.com"]', 1],
  ['emails.value eq "SEED77@example.com"', 1],
  ['emails[value eq "seed77@example.com"]', 1],
  ['emails[value eq "seed77@example.com" and not (type eq "home")]', 1],
  [`${enterprise}:employeeNumber eq "77"`, 1],
  [`${enterprise}:employeeNumber eq "77" and active eq true`, 1],
  ['name.givenName eq "given77"', 1],
  ['displayName eq "given77 family77"', 1],
  ['userName eq "seed77@example.com" or emails.value eq "seed78@example.com"', 2],
  ['userName sw "seed1999"', 11],
  ['userName co "d1999@"', 1],
  ['displayName sw "given1999 "', 1],
  ['displayName co "n1999 f"', 1],
  ['name.familyName co "mily777"', 20],
  ['name.givenName sw "given1999"', 11],
  ['emails co "d1999@"', 1],
  ['emails.value sw "seed1999"', 11],
  ['emails[type eq "work" and value co "d1999@"]', 1],
  ['externalId eq "ext-77" and active eq true', 1],
  ['active eq false', 10],
  ['active eq false and userName eq "seed1990@example.com"', 1],
  ['id eq "00000000-0000-7000-8000-000000000000" or userName eq "seed5@example.com"', 1],
]

for (const [filter, matches] of userFilters)
  test(`a filter on users finds an index: ${filter}`, () => assertPlan(userType, filter, matches))

test('groups.value eq finds the people of a team by indexes', async () => {
  await assertPlan(userType, `groups.value eq "${teamId}"`, 3)
  await assertPlan(userType, `groups.value eq "${teamId}" or userName eq "seed5@example.com"`, 4)
})

test('groups[value eq … and type eq …] finds them likewise', () =>
  assertPlan(userType, `groups[value eq "${teamId}" and type eq "direct"]`, 3))

test('groups.display eq finds them by the name of the team', () =>
  assertPlan(userType, 'groups.display eq "team 2000"', 3))

test('members.value eq finds the teams of a person by indexes', async () => {
  const { rows } = await database.query<{ scim_id: string }>(
    { text: 'select scim_id from users where organization_id = $1 and user_name_key = $2' },
    [context.organizationId, 'seed2000@example.com'],
  )
  await assertPlan(groupType, `members.value eq "${rows[0]?.scim_id}"`, 3)
  await assertPlan(groupType, `members[value eq "${rows[0]?.scim_id}" and type eq "User"]`, 3)
})

test('displayName of groups finds an index for eq, sw and co', async () => {
  await assertPlan(groupType, 'displayName eq "team 77" and schemas pr', 1)
  await assertPlan(groupType, 'displayName sw "team 199"', 11)
  await assertPlan(groupType, 'displayName co "m 1999"', 1)
})

type Plan = {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows'?: number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly Plan[]
}

/** The filter finds so many, reads no table as a whole, and looks at no more than a hundredth of it. */
async function assertPlan(type: ResourceType, filter: string, matches: number): Promise<void> {
  const { organizationId, connectionId } = context
  const { text, values } = compileList({
    scope: { table: toDirectoryTable(type), organizationId, connectionId, hidesSuspendedMembers: false },
    filter: bindFilter(parseFilter(filter), type),
    ...{ order: orderById, rowsMax: 100, offset: 0, after: undefined },
    ...{ wantsTotal: true, wantsGroups: type === userType, membersMax: 0 },
  })
  const found = await database.query<{ id: string | null }>({ text }, values)
  assert.equal(found.rows.filter((row) => row.id !== null).length, matches)
  const { rows } = await database.query<{ 'QUERY PLAN': readonly [{ readonly Plan: Plan }] }>(
    { text: `explain (analyze, format json) ${text}` },
    values,
  )
  const [answer] = rows
  assert.ok(answer !== undefined)
  const nodes = flatten(answer['QUERY PLAN'][0].Plan)
  const told = JSON.stringify(answer['QUERY PLAN'][0].Plan, null, 1)
  const scanned = nodes.filter((node) => node['Node Type'] === 'Seq Scan' && (node['Actual Rows'] ?? 0) > 0)
  assert.deepEqual(
    scanned.map((node) => node['Relation Name']),
    [],
    told,
  )
  const wasted = nodes.map(
    (node) => (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0),
  )
  assert.ok(Math.max(...wasted) <= usersMax / 100, `${Math.max(...wasted)} rows were read in vain: ${told}`)
}

function flatten(plan: Plan): readonly Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(flatten)]
}

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  bindFilter,
  compareBySort,
  matchFilter,
  ScimError,
  type AttributeRef,
  type BoundFilter,
  type JsonObject,
  type ResourceType,
} from '@rollcall/scim'
import { compileFilter, type FilterScope } from '../../src/db/filter-sql.ts'
import { joinFragments, raw, sql, toStatement } from '../../src/db/filter-sql/fragment.ts'
import { fromVisible, toDirectoryTable } from '../../src/db/tables.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import { createContext } from '../directory/fixture.ts'
import { createTestDatabase } from '../harness/database.ts'
import {
  createRandom,
  generateAttributes,
  generateFilter,
  getOddType,
  listTexts,
  oddRegistry,
  pick,
} from './generated.ts'

const seed = Number(process.env['ROLLCALL_TEST_SEED'] ?? Math.floor(Math.random() * 1e9))
const random = createRandom(seed)
const usersMax = 150
const groupsMax = 40
const filtersMax = 3_000
const batchSize = 25

const { database, close } = await createTestDatabase()
after(close)
const storage = createDirectory({ database })
const context = await createContext(database, { registry: oddRegistry })
const userType = getOddType('User')
const groupType = getOddType('Group')

const userIds: string[] = []
for (let number = 0; number < usersMax; number++) {
  const draft = { attributes: generateAttributes(random, userType, number), writeOnly: {}, members: undefined }
  userIds.push((await storage.create(await at(number), userType, draft, { groups: false, members: false })).id)
}
const groupIds: string[] = []
for (let number = 0; number < groupsMax; number++) {
  const named = Array.from({ length: Math.floor(random() * 5) }, () => pick(random, userIds))
  // Teams inside of teams, among them circles by way of the updates below.
  if (groupIds.length > 0 && random() < 0.5) named.push(pick(random, groupIds))
  const members = [...new Set(named)].map((value) => ({ value, type: undefined }))
  const attributes = generateAttributes(random, groupType, number)
  const draft = { attributes, writeOnly: {}, members }
  groupIds.push((await storage.create(await at(number), groupType, draft, { groups: false, members: false })).id)
}
for (let number = 0; number < 10; number++) {
  const id = pick(random, groupIds)
  const value = pick(
    random,
    groupIds.filter((other) => other !== id),
  )
  await storage.update(await at(1_000 + number), groupType, id, {
    ...{ ifVersion: undefined, attributes: undefined, changes: [], writeOnly: {}, verb: 'PATCH' },
    members: [{ kind: 'add', members: [{ value, type: 'Group' }] }],
    fields: { groups: false, members: false },
  })
}

// Times of creation with milliseconds, some of them equal.
async function at(number: number) {
  return { ...context, now: new Date(Date.UTC(2011, 4, 13, 4, 42, 34, 120 + (number % 7))) }
}

test('filters mean the same in SQL as in memory, for users', async (t) => {
  t.diagnostic(`seed ${seed}`)
  await compareFilters(t, userType)
})

test('filters mean the same in SQL as in memory, for groups', async (t) => {
  t.diagnostic(`seed ${seed}`)
  await compareFilters(t, groupType)
})

test('sorting and cursor paging give the same order in SQL as in memory, for users', async (t) => {
  t.diagnostic(`seed ${seed}`)
  await compareOrders(userType)
})

test('sorting and cursor paging give the same order in SQL as in memory, for groups', async (t) => {
  t.diagnostic(`seed ${seed}`)
  await compareOrders(groupType)
})

async function compareFilters(t: { diagnostic(message: string): void }, type: ResourceType): Promise<void> {
  const resources = await readAll(type)
  const pool = resources.flatMap(listTexts).filter((text) => text !== '')
  const filters: BoundFilter[] = []
  while (filters.length < filtersMax) {
    const bound = tryBind(() => bindFilter(generateFilter(random, type, pool), type))
    if (bound !== undefined) filters.push(bound)
  }
  let matches = 0
  for (let start = 0; start < filters.length; start += batchSize) {
    const batch = filters.slice(start, start + batchSize)
    const found = await matchInDatabase(type, batch)
    for (const [index, filter] of batch.entries()) {
      const expected = resources.filter((resource) => matchFilter(filter, resource)).map((resource) => resource['id'])
      assert.deepEqual(found[index], expected, `seed ${seed}: ${JSON.stringify(filter, null, 1)}`)
      matches += expected.length
    }
  }
  t.diagnostic(`${filters.length} filters on ${resources.length} resources, ${matches} matches`)
  assert.ok(matches > filtersMax, 'the filters find something')
}

function tryBind(bind: () => BoundFilter): BoundFilter | undefined {
  try {
    return bind()
  } catch (error) {
    if (error instanceof ScimError) return undefined
    throw error
  }
}

/** For each filter the ids that it finds, in order of creation. */
async function matchInDatabase(type: ResourceType, filters: readonly BoundFilter[]): Promise<readonly string[][]> {
  const scope = toScope(type)
  const flags = filters.map((filter, index) => sql`(${compileFilter(filter, scope)}) is true as ${raw(`f${index}`)}`)
  const columns = joinFragments(flags, ', ', raw('true'))
  const { text, values } = toStatement(
    sql`select r.scim_id as id, ${columns} ${fromVisible(scope.table, scope.organizationId)} order by r.id`,
  )
  const { rows } = await database.query<Record<string, string | boolean>>({ text }, values)
  return filters.map((_, index) => rows.filter((row) => row[`f${index}`] === true).map((row) => String(row['id'])))
}

function toScope(type: ResourceType): FilterScope {
  const { organizationId, connectionId } = context
  return { table: toDirectoryTable(type), organizationId, connectionId, hidesSuspendedMembers: false }
}

/** All resources as a filter sees them, in order of creation. */
async function readAll(type: ResourceType): Promise<readonly JsonObject[]> {
  const page = await storage.list(context, type, {
    ...{ filter: undefined, sort: undefined, page: { kind: 'index', startIndex: 1, count: 1_000 } },
    fields: { groups: true, members: true },
  })
  const resources: JsonObject[] = []
  for (const record of page.records) {
    const groups = record.groups?.map((group) => ({ ...group, $ref: `/Groups/${group.value}` }))
    const members: JsonObject[] = []
    for await (const chunk of record.members ?? [])
      members.push(...chunk.map((member) => ({ ...member, $ref: `/${member.type}s/${member.value}` })))
    resources.push({
      ...JSON.parse(record.document),
      id: record.id,
      meta: {
        resourceType: type.name,
        created: record.created,
        lastModified: record.lastModified,
        version: `W/"${record.version}"`,
        location: `${type.endpoint}/${record.id}`,
      },
      ...(groups === undefined || groups.length === 0 ? {} : { groups }),
      ...(members.length === 0 ? {} : { members }),
    })
  }
  return resources
}

async function compareOrders(type: ResourceType): Promise<void> {
  const resources = await readAll(type)
  for (const ref of listRefs(type)) {
    for (const descending of [false, true]) {
      const expected = resources.toSorted(compareBySort(ref, descending)).map((resource) => resource['id'])
      const label = `${ref.schema ?? ''}:${ref.attribute.name}.${ref.subAttribute?.name ?? ''} ${descending}`
      assert.deepEqual(await readSorted(type, { ref, descending }, 'cursor'), expected, `cursor ${label}`)
      assert.deepEqual(await readSorted(type, { ref, descending }, 'index'), expected, `index ${label}`)
    }
  }
}

function listRefs(type: ResourceType): readonly AttributeRef[] {
  const owners = [
    { schema: undefined, attributes: type.attributes },
    ...[...type.extensions.values()].map(({ schema, attributes }) => ({ schema: schema.id, attributes })),
  ]
  return owners.flatMap(({ schema, attributes }) =>
    [...attributes.values()].flatMap((attribute) =>
      attribute.returned === 'never'
        ? []
        : [
            { schema, attribute, subAttribute: undefined },
            ...attribute.subAttributes.map((subAttribute) => ({ schema, attribute, subAttribute })),
          ],
    ),
  )
}

/** All ids in pages that cut through ties. */
async function readSorted(
  type: ResourceType,
  sort: { readonly ref: AttributeRef; readonly descending: boolean },
  kind: 'cursor' | 'index',
): Promise<readonly string[]> {
  const ids: string[] = []
  let next: string | undefined
  for (;;) {
    const count = 37
    const page = await storage.list(context, type, {
      ...{ filter: undefined, sort, fields: { groups: false, members: false } },
      page: kind === 'cursor' ? { kind, count, after: next } : { kind, count, startIndex: ids.length + 1 },
    })
    ids.push(...page.records.map((record) => record.id))
    next = page.next
    if (kind === 'index' ? page.records.length === 0 : next === undefined) return ids
  }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  type AttributePath,
  bindFilter,
  bindPath,
  type CompareOperator,
  type Filter,
  foldResource,
  type JsonObject,
  matchFilter,
  parseFilter,
  parsePath,
  type PatchPath,
  printFilter,
  printPath,
  ScimError,
} from '@rollcall/scim'
import { allowing, badge, enterprise, user } from './subject.ts'

const operators: readonly CompareOperator[] = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']
const limits = { charactersMax: 1_000_000, depthMax: 100, nodesMax: 10_000 }

/** Plain objects, as the parsers make them. */
function record<Model>(model: { [Key in keyof Model]: fc.Arbitrary<Model[Key]> }): fc.Arbitrary<Model> {
  return fc.record(model, { noNullPrototype: true })
}

const name = fc.oneof(
  fc.stringMatching(/^[A-Za-z$][A-Za-z0-9_$-]{0,8}$/),
  fc.constantFrom('not', 'and', 'or', 'true', 'null', 'pr', 'eq', '$ref'),
)
const schema = fc.option(fc.constantFrom(enterprise, badge, 'urn:a:b', 'URN:example:1.0:x.y'), { nil: undefined })
const path = record({
  schema,
  attribute: name,
  subAttribute: fc.option(name, { nil: undefined }),
  position: fc.constant(0),
})
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => (value === 0 ? 0 : value))
const value = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  number,
  fc.boolean(),
  fc.constant(null),
)
const condition: fc.Arbitrary<Filter> = fc.oneof(
  record({
    kind: fc.constant('compare' as const),
    path,
    operator: fc.constantFrom(...operators),
    value,
    position: fc.constant(0),
  }),
  record({ kind: fc.constant('present' as const), path }),
)

/** Filters with at most that many levels; within brackets there are no further brackets. */
function filterOf(depth: number, hasValuePaths: boolean): fc.Arbitrary<Filter> {
  if (depth === 0) return condition
  const inner = filterOf(depth - 1, hasValuePaths)
  const several = fc.array(inner, { minLength: 2, maxLength: 3 })
  const groups: fc.Arbitrary<Filter>[] = [
    record({ kind: fc.constantFrom('and' as const, 'or' as const), filters: several }),
    record({ kind: fc.constant('not' as const), filter: inner }),
  ]
  const valuePath = record({ kind: fc.constant('valuePath' as const), path, filter: filterOf(depth - 1, false) })
  return fc.oneof(condition, ...groups, ...(hasValuePaths ? [valuePath] : []))
}

const filter = filterOf(4, true)

const toPosition = (path: AttributePath): AttributePath => ({ ...path, position: 0 })

function withoutPositions(filter: Filter): Filter {
  switch (filter.kind) {
    case 'compare':
      return { ...filter, path: toPosition(filter.path), position: 0 }
    case 'present':
      return { ...filter, path: toPosition(filter.path) }
    case 'valuePath':
      return { ...filter, path: toPosition(filter.path), filter: withoutPositions(filter.filter) }
    case 'not':
      return { ...filter, filter: withoutPositions(filter.filter) }
    default:
      return { ...filter, filters: filter.filters.map(withoutPositions) }
  }
}

test('every filter is read back from its canonical text as it was', () => {
  fc.assert(
    fc.property(filter, (filter) => {
      assert.deepEqual(withoutPositions(parseFilter(printFilter(filter), { limits })), filter)
    }),
  )
})

test('TRAP-D23: every path is read back from its canonical text, whatever its filter quotes', () => {
  const patchPath = fc.oneof(
    record({ path, filter: fc.constant(undefined), subAttribute: fc.constant(undefined) }),
    record({
      path: path.map((path) => ({ ...path, subAttribute: undefined })),
      filter: filterOf(2, false),
      subAttribute: fc.option(name, { nil: undefined }),
    }),
  )
  fc.assert(
    fc.property(patchPath, (path) => {
      const text = printPath({ ...path, text: '' })
      const read = parsePath(text, { limits })
      const plain: PatchPath = {
        ...read,
        path: toPosition(read.path),
        filter: read.filter && withoutPositions(read.filter),
      }
      assert.deepEqual(plain, { ...path, text })
    }),
  )
})

// Text that is nearly a filter, so that the parser is entered deeply.
const fragments = [
  'userName',
  'emails',
  '[',
  ']',
  '(',
  ')',
  'not',
  'and',
  'or',
  'eq',
  'co',
  'pr',
  '"a"',
  '"\\u0061',
  "'",
  '"',
  '5',
  'true',
  'null',
  '.',
  ':',
  'type',
  'value',
  enterprise,
  ' ',
  'active',
  'gt',
  '\\',
  'é',
  '😀',
  '\u0000',
]
const nearlyFilter = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...fragments), { maxLength: 14 }).map((parts) => parts.join(' ')),
  fc.array(fc.constantFrom(...fragments), { maxLength: 14 }).map((parts) => parts.join('')),
)
const tolerance = allowing(
  'singleQuotes',
  'unquotedText',
  'booleanText',
  'valuePathSubAttribute',
  'shortExtensionPath',
  'lexicalNumbers',
)

function scimErrorOrValue<Value>(work: () => Value): Value | undefined {
  try {
    return work()
  } catch (error) {
    assert.ok(error instanceof ScimError && error.status === 400, String(error))
    return undefined
  }
}

test('any text is a filter or a ScimError of status 400, with and without leniencies', () => {
  fc.assert(
    fc.property(nearlyFilter, fc.boolean(), (text, isLenient) => {
      const options = isLenient ? { tolerance } : {}
      const filter = scimErrorOrValue(() => parseFilter(text, options))
      if (filter !== undefined) scimErrorOrValue(() => bindFilter(filter, user, options))
      const path = scimErrorOrValue(() => parsePath(text, options))
      if (path !== undefined) scimErrorOrValue(() => bindPath(path, user, options))
    }),
    { numRuns: 2000 },
  )
})

const texts = [
  'userName eq "a"',
  'emails co "a"',
  'emails[type eq "work" and not (value ew "m")]',
  'name pr',
  'active eq true',
  'emails.primary eq true',
  'meta.created gt "2020-01-01T00:00:00Z"',
  `${enterprise}:manager.value sw "a"`,
  `${badge}:level ge 3`,
  `${badge}:tags ne "a"`,
  `${badge}:place.rooms eq "a"`,
  `${badge} pr`,
  'name.familyName lt "m"',
  'title eq null',
  `${badge}:tags[value co "x"]`,
  'name[givenName pr]',
]
const boundFilters = texts.map((text) => bindFilter(parseFilter(text), user))

/** Resources with the right names and wrong values. */
const anyResource: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('userName', 'emails', 'name', 'active', 'meta', 'title', enterprise, badge),
  fc.jsonValue({ maxDepth: 3 }).map((value): JsonObject[string] => JSON.parse(JSON.stringify(value))),
)

test('matching never throws, whatever the resource holds', () => {
  fc.assert(
    fc.property(anyResource, fc.constantFrom(...boundFilters), (resource, filter) => {
      assert.equal(typeof matchFilter(filter, resource), 'boolean')
    }),
    { numRuns: 1000 },
  )
})

const text = fc.oneof(fc.constantFrom('a', 'A', 'work', 'M', '', 'ß', 'ı'), fc.string({ maxLength: 3 }))
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const email = fc.record(
  { value: text, type: fc.constantFrom('work', 'WORK', 'home'), primary: fc.boolean() },
  { requiredKeys: [] },
)
/** Resources as they are stored. */
const storedResource = fc.record(
  {
    userName: text,
    title: fc.option(text),
    active: fc.boolean(),
    name: fc.record({ familyName: text, givenName: optional(text) }, { requiredKeys: [] }),
    emails: fc.array(email, { maxLength: 3 }),
    meta: fc.constantFrom({ created: '2020-01-01T01:00:00+02:00' }, { created: '2021-01-01T00:00:00.5Z' }),
    [enterprise]: fc.record({ manager: fc.record({ value: text }) }, { requiredKeys: [] }),
    [badge]: fc.record(
      { level: fc.integer({ min: 0, max: 5 }), tags: fc.array(text), place: fc.record({ rooms: fc.array(text) }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
)

test('folding is done once: the search document of a search document is itself', () => {
  fc.assert(
    fc.property(storedResource, (resource) => {
      const folded = foldResource(JSON.parse(JSON.stringify(resource)), user)
      assert.deepEqual(foldResource(folded, user), folded)
    }),
  )
})

test('a filter gives the same answer on a resource and on its search document', () => {
  fc.assert(
    fc.property(storedResource, fc.constantFrom(...boundFilters), (resource, filter) => {
      const stored: JsonObject = JSON.parse(JSON.stringify(resource))
      assert.equal(matchFilter(filter, foldResource(stored, user)), matchFilter(filter, stored))
    }),
    { numRuns: 1000 },
  )
})

test('the cost of a text grows no faster than its length', () => {
  const wide = { charactersMax: 10_000_000, depthMax: 1_000_000, nodesMax: 1_000_000 }
  const started = performance.now()
  for (const part of ['a pr and ', 'a eq "\\u0061" or ', 'urn:a:b:c.d[e eq 1] or ']) {
    const text = `${part.repeat(50_000)}a pr`
    assert.equal(parseFilter(text, { limits: wide }).kind, part.trimEnd().endsWith('and') ? 'and' : 'or')
  }
  // About 0.1 s for 2 MB; a quadratic step would take minutes.
  assert.ok(performance.now() - started < 5000)
})

import {
  createRegistry,
  defineSchema,
  extendRegistry,
  findResourceType,
  type Attribute,
  type Filter,
  type FilterValue,
  type Json,
  type JsonObject,
  type ResourceType,
} from '@rollcall/scim'

/** Attributes of every kind that the RFC's own schemas lack. */
const oddSchema = defineSchema({
  id: 'urn:example:params:scim:schemas:extension:odd:2.0:User',
  name: 'Odd',
  attributes: [
    { name: 'level', type: 'integer' },
    { name: 'weight', type: 'decimal' },
    { name: 'issued', type: 'dateTime' },
    { name: 'picture', type: 'binary' },
    { name: 'page', type: 'reference', referenceTypes: ['external'] },
    { name: 'exact', caseExact: true },
    { name: 'flag', type: 'boolean' },
    { name: 'tags', multiValued: true },
    { name: 'numbers', type: 'decimal', multiValued: true },
    { name: 'moments', type: 'dateTime', multiValued: true },
    {
      name: 'place',
      type: 'complex',
      subAttributes: [{ name: 'value' }, { name: 'floor', type: 'integer' }, { name: 'aliases', multiValued: true }],
    },
    {
      name: 'visits',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value' },
        { name: 'at', type: 'dateTime' },
        { name: 'count', type: 'integer' },
        { name: 'primary', type: 'boolean' },
        { name: 'notes', multiValued: true, caseExact: true },
      ],
    },
  ],
})

export const oddRegistry = extendRegistry(createRegistry(), {
  schemas: [oddSchema],
  resourceTypes: [],
  schemaExtensions: [{ resourceType: 'User', schema: oddSchema.id, required: false }],
})

export function getOddType(name: string): ResourceType {
  const type = findResourceType(oddRegistry, name)
  if (type === undefined) throw new Error(name)
  return type
}

/** Numbers in [0, 1) that a seed determines. */
export type Random = () => number

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function pick<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[Math.floor(random() * values.length)]
  if (value === undefined) throw new Error('nothing to pick from')
  return value
}

const texts = [
  ...[
    '',
    ' ',
    'a',
    'A',
    'ab',
    'AB',
    'b',
    'ba',
    'abc',
    'Abcdef',
    'x',
    'work',
    'Work',
    'home',
    'direct',
    'user',
    'null',
    'true',
    '1',
  ],
  ...[
    '%',
    '_',
    'a%',
    'a_b',
    '%a',
    '\\',
    'a\\b',
    '\\%',
    '"',
    'a"b',
    "'",
    "a'b",
    '[',
    ']',
    '{',
    '}',
    '$.',
    '\n',
    'a\nb',
    '\t',
  ],
  ...['straße', 'STRASSE', 'ß', 'İ', 'ı', 'I', 'i', 'Σ', 'ς', 'σ', 'ΑΣ', '\u00e9', 'e\u0301', 'É', 'ﬁ', 'ǆ', 'Ǆ'],
  ...['😀', '😁', '\ufffd', '\uffff', '\ue000', '\u{10ffff}', '한국', 'ABC@Example.COM', 'abc@example.com', '@example'],
]
const moments = [
  '2011-05-13T04:42:34Z',
  '2011-05-13T06:42:34+02:00',
  '2011-05-13T05:42:34+02:00',
  '2011-05-13T04:42:34.123456789Z',
  '2011-05-13T04:42:34.1234Z',
  '2011-05-13T04:42:34.123Z',
  '0001-01-01T00:00:00Z',
  '0000-06-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-11-21T10:00:00-12:00',
]
const numbers = [0, -0, 1, 1.5, -1, -1.5, 2, 10, 9, 1e21, 1e-7, 123456789.125, -1e300, 0.1, 0.30000000000000004, 5e-324]
const integers = [0, 1, -1, 2, 9, 10, 9007199254740991, -9007199254740991]
const binaries = ['YQ==', 'YQ', 'yq==', 'AAAA', 'aaaa', '/+8=']

export function scalar(random: Random, attribute: Attribute): Json {
  switch (attribute.type) {
    case 'boolean':
      return random() < 0.5
    case 'integer':
      return pick(random, integers)
    case 'decimal':
      return pick(random, numbers)
    case 'dateTime':
      return pick(random, moments)
    case 'binary':
      return pick(random, binaries)
    default:
      return random() < 0.7 ? pick(random, texts) : pick(random, texts) + pick(random, texts)
  }
}

function valueOf(random: Random, attribute: Attribute): Json | undefined {
  if (!attribute.multiValued) return oneValueOf(random, attribute)
  const values = Array.from({ length: 1 + Math.floor(random() * 3) }, () => oneValueOf(random, attribute))
  const assigned = values.filter((value) => value !== undefined)
  return assigned.length === 0 ? undefined : assigned
}

function oneValueOf(random: Random, attribute: Attribute): Json | undefined {
  if (attribute.type !== 'complex') return scalar(random, attribute)
  const entries = attribute.subAttributes.flatMap((sub) => {
    const value = random() < 0.6 ? valueOf(random, sub) : undefined
    return value === undefined ? [] : [[sub.name, value] as const]
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

const computed = new Set(['id', 'meta', 'schemas', 'groups', 'members', 'password', 'active', 'userName', 'externalId'])

/** Attributes as a client could have stored them: canonical names, nothing unassigned. */
export function generateAttributes(random: Random, type: ResourceType, number: number): JsonObject {
  const schemas = [type.schema.id]
  const attributes: Record<string, Json> = {}
  fill(random, type.attributes.values(), attributes)
  for (const extension of type.extensions.values()) {
    const values: Record<string, Json> = {}
    if (random() < 0.7) fill(random, extension.attributes.values(), values)
    if (Object.keys(values).length === 0) continue
    attributes[extension.schema.id] = values
    schemas.push(extension.schema.id)
  }
  if (type.name === 'Group') return { schemas, ...attributes, displayName: `${pick(random, texts)}-${number}` }
  const externalId = random() < 0.5 ? { externalId: pick(random, texts) } : {}
  return { schemas, ...attributes, ...externalId, userName: `${pick(random, texts)}-${number}`, active: random() < 0.8 }
}

function fill(random: Random, from: Iterable<Attribute>, into: Record<string, Json>): void {
  for (const attribute of from) {
    if (computed.has(attribute.name) || random() < 0.4) continue
    const value = valueOf(random, attribute)
    if (value !== undefined) into[attribute.name] = value
  }
}

const operators = ['eq', 'eq', 'eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const

/** A filter on any attributes of the type; it may be one that binding refuses. `pool` holds values that are stored. */
export function generateFilter(random: Random, type: ResourceType, pool: readonly string[], depth = 3): Filter {
  const roll = random()
  if (depth > 0 && roll < 0.15) return { kind: 'not', filter: generateFilter(random, type, pool, depth - 1) }
  if (depth > 0 && roll < 0.4) {
    const filters = Array.from({ length: 2 + Math.floor(random() * 2) }, () =>
      generateFilter(random, type, pool, depth - 1),
    )
    return { kind: roll < 0.28 ? 'and' : 'or', filters }
  }
  const [schema, attributes] = pick(random, [
    [undefined, type.attributes] as const,
    [undefined, type.attributes] as const,
    ...[...type.extensions.values()].map((extension) => [extension.schema.id, extension.attributes] as const),
  ])
  const attribute = pick(random, [...attributes.values()])
  const path = { schema, attribute: attribute.name, subAttribute: undefined, position: 0 }
  if ((attribute.type === 'complex' || attribute.multiValued) && random() < 0.5)
    return { kind: 'valuePath', path, filter: generateElement(random, attribute, pool, 2) }
  const sub = attribute.subAttributes.length > 0 && random() < 0.85 ? pick(random, attribute.subAttributes) : undefined
  return generateLeaf(random, { ...path, subAttribute: sub?.name }, sub ?? attribute, pool)
}

function generateElement(random: Random, attribute: Attribute, pool: readonly string[], depth: number): Filter {
  const roll = random()
  if (depth > 0 && roll < 0.15) return { kind: 'not', filter: generateElement(random, attribute, pool, depth - 1) }
  if (depth > 0 && roll < 0.6) {
    const filters = [0, 1].map(() => generateElement(random, attribute, pool, depth - 1))
    return { kind: roll < 0.45 ? 'and' : 'or', filters }
  }
  const leaf = attribute.type === 'complex' ? pick(random, attribute.subAttributes) : attribute
  const name = attribute.type === 'complex' ? leaf.name : 'value'
  return generateLeaf(random, { schema: undefined, attribute: name, subAttribute: undefined, position: 0 }, leaf, pool)
}

type Path = Extract<Filter, { kind: 'present' }>['path']

function generateLeaf(random: Random, path: Path, leaf: Attribute, pool: readonly string[]): Filter {
  if (random() < 0.12) return { kind: 'present', path }
  const operator = pick(random, operators)
  return { kind: 'compare', path, operator, value: literal(random, leaf, pool), position: 0 }
}

function literal(random: Random, leaf: Attribute, pool: readonly string[]): FilterValue {
  if (random() < 0.04) return null
  const isText = leaf.type === 'string' || leaf.type === 'reference' || leaf.type === 'complex'
  if (!isText) {
    const value = scalar(random, leaf)
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
  }
  const roll = random()
  if (roll < 0.03) return 'a\0b'
  if (roll > 0.7) return pick(random, texts)
  const stored = [...pick(random, pool)]
  const start = roll < 0.3 ? 0 : Math.floor(random() * (stored.length + 1))
  return stored.slice(start, start + Math.floor(random() * (stored.length + 1))).join('') || stored.join('')
}

/** Every text inside of a value. */
export function listTexts(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  if (value === null || typeof value !== 'object') return []
  const parts: readonly (Json | undefined)[] = Array.isArray(value) ? value : Object.values(value)
  return parts.flatMap(listTexts)
}

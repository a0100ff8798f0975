import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePatch } from '@rollcall/scim'
import { allowing, assertRefused } from '../resource/subject.ts'
import { under } from './subject.ts'

const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const strict = { tolerance: allowing() }

function parseOne(operation: unknown, options = strict): ReturnType<typeof parsePatch> {
  return parsePatch({ schemas, Operations: [operation] }, options)
}

test('TRAP-D2: op in another case is a leniency; missing, unknown or no text is invalidSyntax', () => {
  for (const op of ['Add', 'REPLACE', 'Remove']) {
    assertRefused(() => parseOne({ op, path: 'title', value: 'x' }), 'invalidSyntax', /op/)
    const [operation] = parseOne({ op, path: 'title', value: 'x' }, { tolerance: under('entra') })
    assert.equal(operation?.op, op.toLowerCase())
  }
  for (const op of [undefined, null, '', 'test', 'delete', 7, ['add'], 'toString'])
    assertRefused(() => parseOne({ op, path: 'title', value: 'x' }, { tolerance: under('default') }), 'invalidSyntax')
})

test('AC-E3: Entra ID writes Add, Replace and Remove with a capital', () => {
  const tolerance = under('entra')
  const operations = parsePatch(
    {
      schemas,
      Operations: [
        { op: 'Add', path: 'nickName', value: 'Babs' },
        { op: 'Replace', path: 'active', value: 'False' },
        { op: 'Remove', path: 'title' },
      ],
    },
    { tolerance },
  )
  assert.deepEqual(
    operations.map(({ op, path, position }) => [op, path?.text, position]),
    [
      ['add', 'nickName', 0],
      ['replace', 'active', 1],
      ['remove', 'title', 2],
    ],
  )
  assert.equal(tolerance.fired.get('operationCase'), 'Add')
})

test('TRAP-D3: remove without a path is noTarget (RFC 7644 §3.5.2.2)', () => {
  for (const path of [undefined, null])
    assertRefused(
      () => parseOne({ op: 'remove', path, value: { title: 'x' } }, { tolerance: under('default') }),
      'noTarget',
    )
})

test('TRAP-D25: a PATCH without operations is refused, and changes nothing for the Microsoft validator', () => {
  assertRefused(() => parsePatch({ schemas, Operations: [] }, strict), 'invalidSyntax', /empty/)
  assert.deepEqual(parsePatch({ schemas, Operations: [] }, { tolerance: under('entra') }), [])
  for (const operations of [undefined, null, {}, 'x', { op: 'add' }])
    assertRefused(
      () => parsePatch({ schemas, Operations: operations }, { tolerance: under('default') }),
      'invalidSyntax',
    )
})

test('the message must say that it is a PatchOp (RFC 7644 §3.5.2); only its absence is forgiven', () => {
  const operations = [{ op: 'remove', path: 'title' }]
  for (const missing of [undefined, null, []]) {
    assertRefused(() => parsePatch({ schemas: missing, Operations: operations }, strict), 'invalidSyntax', /schemas/)
    const options = { tolerance: allowing('missingSchemas') }
    assert.equal(parsePatch({ schemas: missing, Operations: operations }, options).length, 1)
  }
  for (const other of ['x', ['urn:ietf:params:scim:schemas:core:2.0:User'], [7], {}])
    assertRefused(
      () => parsePatch({ schemas: other, Operations: operations }, { tolerance: under('default') }),
      'invalidSyntax',
    )
  for (const body of [null, [], 'x']) assertRefused(() => parsePatch(body, strict), 'invalidSyntax')
})

test('names of the message are case-insensitive and extra ones are passed over (RFC 7643 §2.1)', () => {
  const body = { SCHEMAS: schemas, id: 'x', operations: [{ OP: 'add', Path: 'title', Value: 'x', name: 'addTitle' }] }
  const [operation] = parsePatch(body, strict)
  assert.deepEqual([operation?.op, operation?.path?.text, operation?.value], ['add', 'title', 'x'])
  assertRefused(() => parsePatch({ ...body, Operations: [] }, strict), 'invalidSyntax', /twice/)
  assertRefused(() => parseOne({ op: 'add', value: 1, VALUE: 2, path: 'title' }), 'invalidSyntax', /twice/)
})

test('add and replace need a value, which may be null (RFC 7644 §3.5.2.1)', () => {
  for (const op of ['add', 'replace']) {
    assertRefused(() => parseOne({ op, path: 'title' }), 'invalidValue', /value/)
    assert.equal(parseOne({ op, path: 'title', value: null })[0]?.value, null)
  }
})

test('a path that is no text or malformed is invalidPath; no operation is an object of another kind', () => {
  for (const path of [7, {}, ['title'], '', 'emails[', 'a b'])
    assertRefused(() => parseOne({ op: 'add', path, value: 'x' }), 'invalidPath')
  for (const operation of [null, 'add', 7, []]) assertRefused(() => parseOne(operation), 'invalidSyntax')
})

test('more operations than allowed are refused before any is read', () => {
  const operations = Array.from({ length: 4 }, () => ({ op: 'nonsense' }))
  assertRefused(
    () => parsePatch({ schemas, Operations: operations }, { ...strict, operationsMax: 3 }),
    'payloadTooLarge',
    /3/,
  )
})

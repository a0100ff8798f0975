import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { findDurationMs, parseInstant } from '../src/duration.ts'
import { formatFields, formatItem, formatList } from '../src/formats.ts'
import { printable, widthOf } from '../src/text.ts'

const columns = ['name', 'n']

function list(data: readonly Record<string, unknown>[], format: 'table' | 'csv' | 'yaml' | 'jsonl'): string {
  return formatList({ data, nextCursor: null }, { format, columns, hasColor: false })
}

test('what others sent cannot steer the terminal: control and direction characters are spelled out', () => {
  const evil = 'a\u001b[2Jb\u202ec\u0007\u009b1m'
  assert.equal(printable(evil), 'a\\u001b[2Jb\\u202ec\\u0007\\u009b1m')
  assert.equal(list([{ name: evil, n: 1 }], 'table').includes('\u001b'), false)
  assert.equal(formatFields({ client: evil }).includes('\u001b'), false)
})

test('columns stand straight under wide characters', () => {
  const lines = list(
    [
      { name: '安田', n: 1 },
      { name: 'abc', n: 2 },
    ],
    'table',
  )
    .trimEnd()
    .split('\n')
  assert.equal(widthOf('安田'), 4)
  assert.deepEqual(lines, ['NAME  N', '安田  1', 'abc   2'])
})

test('a list without entries is still a table, an empty YAML list, and no lines', () => {
  assert.equal(list([], 'table'), 'NAME  N\n')
  assert.equal(list([], 'yaml'), '[]\n')
  assert.equal(list([], 'jsonl'), '')
})

test('CSV quotes what must be quoted and disarms formulas but leaves numbers alone (RFC 4180)', () => {
  const rows = [
    { name: 'a,"b"\nc', n: -5 },
    { name: '@cmd', n: '+49 30' },
  ]
  assert.equal(list(rows, 'csv'), 'name,n\r\n"a,""b""\nc",-5\r\n\'@cmd,\'+49 30\r\n')
})

test('YAML spells nested values in blocks and text as JSON strings, so that nothing is misread', () => {
  const item = { id: 'no', at: null, list: [], rules: ['a: b', '- c'], nested: { yes: true, deep: [{ x: 1, y: {} }] } }
  assert.equal(
    formatItem(item, 'yaml', columns),
    'id: "no"\nat: null\nlist: []\nrules:\n  - "a: b"\n  - "- c"\nnested:\n  "yes": true\n  deep:\n    - x: 1\n      "y": {}\n',
  )
})

test('JSON Lines read back as they were, one a line', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ name: fc.string(), n: fc.integer() }, { noNullPrototype: true })), (data) => {
      const lines = list(data, 'jsonl').split('\n').slice(0, -1)
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        data,
      )
    }),
  )
})

test('durations and times are read; anything else is refused', () => {
  const now = new Date('2026-11-21T09:00:00Z')
  assert.equal(findDurationMs('90d'), 90 * 86_400_000)
  for (const text of ['', '1', 'h', '1.5h', '1y', '-1h', '9999999s'])
    assert.equal(findDurationMs(text), undefined, text)
  assert.equal(parseInstant('1h', { option: '--since', now, direction: 'past' }), '2026-11-21T08:00:00.000Z')
  assert.equal(parseInstant('1h', { option: '--expires', now, direction: 'future' }), '2026-11-21T10:00:00.000Z')
  assert.equal(parseInstant('2026-11-20', { option: '--since', now, direction: 'past' }), '2026-11-20T00:00:00.000Z')
  assert.throws(() => parseInstant('yesterday', { option: '--since', now, direction: 'past' }), /--since/)
})

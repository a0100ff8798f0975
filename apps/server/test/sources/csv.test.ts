import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvFormat, type CsvFormat } from '@rollcall/admin-api'
import { createCsvReader } from '../../src/sources/csv/csv-reader.ts'
import type { FilePlace } from '../../src/sources/file.ts'
import type { SourceEntry, SourcePage } from '../../src/sources/reader.ts'
import { SourceError } from '../../src/sources/source-error.ts'

const noSignal = new AbortController().signal

function placeOf(bytes: Uint8Array, { chunk = 7, identity = 'one' } = {}): FilePlace {
  return {
    open: async ({ known }) => {
      if (known === identity) return 'unchanged'
      async function* chunks() {
        for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk)
      }
      return { name: 'people.csv', sizeBytes: bytes.length, identity, chunks: chunks() }
    },
  }
}

type Case = {
  readonly format?: Partial<CsvFormat>
  readonly chunk?: number
  readonly anchor?: string
  readonly expected?: readonly string[]
  readonly cursor?: SourcePage['cursor']
  readonly identity?: string
}

async function read(content: string | Uint8Array, options: Case = {}): Promise<readonly SourcePage[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const reader = createCsvReader({
    place: placeOf(bytes, options),
    format: csvFormat.parse(options.format ?? {}),
    anchor: options.anchor ?? 'id',
    expectedColumns: options.expected ?? [],
  })
  const pages: SourcePage[] = []
  const request = { mode: 'full', checkpoint: undefined, cursor: options.cursor, now: new Date(0) } as const
  for await (const page of reader.read({ ...request, signal: noSignal })) pages.push(page)
  return pages
}

async function entriesOf(content: string | Uint8Array, options: Case = {}): Promise<readonly SourceEntry[]> {
  return (await read(content, options)).flatMap(({ entries }) => entries)
}

function valuesOf(entries: readonly SourceEntry[]): readonly unknown[] {
  return entries.map((entry) => (entry.kind === 'record' ? { ...entry.attributes } : entry.kind))
}

function fails(reason: SourceError['reason'], place?: string) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof SourceError, String(error))
    assert.equal(error.reason, reason)
    if (place !== undefined) assert.equal(error.place, place)
    return true
  }
}

test('rows of RFC 4180: quotes, doubled quotes, line ends within cells and of all kinds, a byte order mark', async () => {
  const text = '\ufeffid,name,note\r\n1,"Lee, Ann","said ""hi"""\n2,Bo,"two\r\nlines"\r3,Cy,\r\n'
  for (const chunk of [1, 2, 5, 1_000])
    assert.deepEqual(valuesOf(await entriesOf(text, { chunk })), [
      { id: '1', name: 'Lee, Ann', note: 'said "hi"' },
      { id: '2', name: 'Bo', note: 'two\r\nlines' },
      { id: '3', name: 'Cy', note: null },
    ])
  const places = (await entriesOf(text)).map(({ place }) => place)
  assert.deepEqual(places, ['line 2', 'line 3', 'line 5'])
})

const japanese = 'id,名前,部署\n1,山田 太郎,営業部\n2,佐藤 花子,開発部カイハツ\n'
const korean = 'id,이름,부서\n1,김민준,영업부\n2,이서연,개발팀\n'

/** Text in an encoding that Node only reads: every code point by trying. */
function encodeIn(encoding: string, text: string): Uint8Array {
  const decoder = new TextDecoder(encoding)
  const table = new Map<string, number[]>()
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const character = decoder.decode(Uint8Array.of(lead, trail))
      if (character.length === 1 && !table.has(character)) table.set(character, [lead, trail])
    }
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const code = character.charCodeAt(0)
      return code < 0x80 ? [code] : (table.get(character) ?? assert.fail(`${encoding} has no ${character}`))
    }),
  )
}

function toUtf16(text: string, { isBig = false, withMark = true } = {}): Uint8Array {
  const bytes = Buffer.from((withMark ? '\ufeff' : '') + text, 'utf16le')
  return isBig ? bytes.swap16() : bytes
}

test('CON-K1: CSV in UTF-8 with and without a mark, UTF-16, Shift_JIS and EUC-KR is read as what it says', async () => {
  for (const text of [japanese, korean]) {
    const expected = valuesOf(await entriesOf(text))
    assert.equal(expected.length, 2)
    const written = {
      'utf-8 with a mark': Buffer.from(`\ufeff${text}`),
      'utf-16le': toUtf16(text),
      'utf-16be': toUtf16(text, { isBig: true }),
      'utf-16le without a mark': toUtf16(text, { withMark: false }),
      'utf-16be without a mark': toUtf16(text, { isBig: true, withMark: false }),
      [text === japanese ? 'shift_jis' : 'euc-kr']: encodeIn(text === japanese ? 'shift_jis' : 'euc-kr', text),
    }
    for (const [name, bytes] of Object.entries(written))
      for (const chunk of [1, 3, 4_096]) assert.deepEqual(valuesOf(await entriesOf(bytes, { chunk })), expected, name)
  }
  await assert.rejects(
    entriesOf(encodeIn('shift_jis', japanese), { format: { encoding: 'utf-8' } }),
    fails('wrongEncoding'),
  )
})

test('names of kanji alone are Japanese, names of Hangul alone Korean', async () => {
  const names = ['高橋 健太', '渡辺 美咲', '伊藤 翔', '斎藤 陽菜', '鈴木 一郎', '小林 直樹', '田中 実']
  for (const name of names) {
    const text = `id,n\n1,${name}\n`
    assert.deepEqual(valuesOf(await entriesOf(encodeIn('shift_jis', text))), [{ id: '1', n: name }], name)
  }
  for (const name of ['박지훈', '최수빈', '정하은', '강도윤', '조예준', '윤서현', '한지민']) {
    const text = `id,n\n1,${name}\n`
    assert.deepEqual(valuesOf(await entriesOf(encodeIn('euc-kr', text))), [{ id: '1', n: name }], name)
  }
})

test('the delimiter is the one that the header has most of, or the one that is named', async () => {
  for (const delimiter of [';', '\t', '|', ','])
    assert.deepEqual(valuesOf(await entriesOf(['id', '"a,;b"', 'c\n1', 'x', 'y\n'].join(delimiter))), [
      { id: '1', 'a,;b': 'x', c: 'y' },
    ])
  assert.deepEqual(valuesOf(await entriesOf('id;a,b,c\n1;x\n', { format: { delimiter: ';' } })), [
    { id: '1', 'a,b,c': 'x' },
  ])
})

test('a row with a wrong number of cells or without an anchor is bad, with its line; the others go on', async () => {
  const entries = await entriesOf('id,name\n1,Ann\n2\n,Cy\n4,Di,more\n5,Ed\n')
  assert.deepEqual(
    entries.map((entry) =>
      entry.kind === 'bad' ? [entry.place, entry.reason, entry.attribute, entry.anchor] : entry.kind,
    ),
    [
      'record',
      ['line 3', 'cellCount', undefined, '2'],
      ['line 4', 'anchorMissing', 'id', undefined],
      ['line 5', 'cellCount', undefined, '4'],
      'record',
    ],
  )
})

test('a file that was cut off is no file: in a row, in a quote, in a character, without its trailer', async () => {
  await assert.rejects(entriesOf('id,name\n1,Ann\n2'), fails('truncated', 'line 3'))
  await assert.rejects(entriesOf('id,name\n1,Ann\n2,"Bo'), fails('truncated', 'line 3'))
  await assert.rejects(
    entriesOf(Buffer.from('id,name\n1,É').subarray(0, -1), { format: { encoding: 'utf-8' } }),
    fails('truncated'),
  )
  await assert.rejects(entriesOf(''), fails('truncated'))
  const trailer = { mark: 'END', countIn: 2 }
  assert.equal((await entriesOf('id,name\n1,Ann\nEND,1\n', { format: { trailer } })).length, 1)
  await assert.rejects(entriesOf('id,name\n1,Ann\n', { format: { trailer } }), fails('truncated'))
  await assert.rejects(entriesOf('id,name\n1,Ann\nEND,2\n', { format: { trailer } }), fails('truncated', 'line 3'))
  await assert.rejects(entriesOf('id,name\nEND,0\n1,Ann\n', { format: { trailer } }), fails('unreadable', 'line 3'))
})

test('a header is what was agreed: no column that rules look at is missing, none is named twice', async () => {
  await assert.rejects(entriesOf('id,name\n1,Ann\n', { expected: ['id', 'mail'] }), fails('columnsChanged', 'line 1'))
  await assert.rejects(entriesOf('id,name,name\n1,Ann,An\n'), fails('columnsChanged', 'line 1'))
  await assert.rejects(entriesOf('id,,name\n1,,An\n'), fails('columnsChanged', 'line 1'))
  assert.deepEqual(valuesOf(await entriesOf('1,Ann\n', { format: { columns: ['id', 'name'] } })), [
    { id: '1', name: 'Ann' },
  ])
  const [odd] = await entriesOf('id,__proto__,constructor\n1,a,b\n')
  assert.ok(odd?.kind === 'record')
  assert.deepEqual(Object.keys(odd.attributes), ['id', '__proto__', 'constructor'])
})

test('quotes that are wrong end the read with their line', async () => {
  await assert.rejects(entriesOf('id,name\n1,An"n\n2,Bo\n'), fails('unreadable', 'line 2'))
  await assert.rejects(entriesOf('id,name\n1,"Ann" x\n2,Bo\n'), fails('unreadable', 'line 2'))
})

test('a read that broke off goes on behind its last page, of the same file only', async () => {
  const rows = Array.from({ length: 2_500 }, (_, at) => `${at},n${at}\n`).join('')
  const whole = await read(`id,name\n${rows}`, { chunk: 4_096 })
  assert.deepEqual(
    whole.map(({ entries }) => entries.length),
    [1_000, 1_000, 500],
  )
  assert.deepEqual(
    whole.map(({ end }) => end !== undefined),
    [false, false, true],
  )
  const rest = await read(`id,name\n${rows}`, { chunk: 4_096, cursor: whole[0]?.cursor })
  assert.deepEqual(
    rest.flatMap(({ entries }) => entries),
    whole.slice(1).flatMap(({ entries }) => entries),
  )
  await assert.rejects(read(`id,name\n${rows}`, { cursor: whole[0]?.cursor, identity: 'two' }), fails('checkpointLost'))
})

test('a file that was read before is unchanged: nobody is absent', async () => {
  const reader = createCsvReader({
    place: placeOf(Buffer.from('id\n1\n')),
    format: csvFormat.parse({}),
    anchor: 'id',
    expectedColumns: [],
  })
  const request = {
    mode: 'full',
    checkpoint: { identity: 'one' },
    cursor: undefined,
    now: new Date(0),
    signal: noSignal,
  } as const
  const pages: SourcePage[] = []
  for await (const page of reader.read(request)) pages.push(page)
  assert.deepEqual(
    pages.map(({ entries, end }) => [entries.length, end?.isUnchanged]),
    [[0, true]],
  )
})

test('what Excel writes in Western Europe is neither Japanese nor Korean', async () => {
  const names = ['José Pérez', 'Jürgen Müller', 'Søren Ærø', 'Zoë', 'François Lefèvre', 'ÉMILE', 'Núñez', 'Groß', 'É']
  for (const name of names) {
    const bytes = Buffer.from(`id;n\r\n1;${name}\r\n`, 'latin1')
    assert.deepEqual(valuesOf(await entriesOf(bytes)), [{ id: '1', n: name }], name)
  }
  const named = { format: { encoding: 'windows-1252' } } as const
  const quoted = Buffer.from([...Buffer.from('id,n\n1,d'), 0x92, ...Buffer.from('Artagnan\n')])
  assert.deepEqual(valuesOf(await entriesOf(quoted, named)), [{ id: '1', n: 'd’Artagnan' }])
})

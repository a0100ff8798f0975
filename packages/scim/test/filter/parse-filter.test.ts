import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Filter, parseFilter, printFilter } from '@rollcall/scim'
import { allowing, assertRefused, matches } from './subject.ts'

/** The filter with every grouping made visible. */
function show(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `${filter.kind}(${filter.filters.map(show).join(', ')})`
    case 'not':
      return `not(${show(filter.filter)})`
    case 'valuePath':
      return `${filter.path.attribute}[${show(filter.filter)}]`
    default:
      return printFilter(filter)
  }
}

const parsed = (text: string) => show(parseFilter(text))
const refused = (text: string) => assertRefused(() => parseFilter(text), 'invalidFilter')

test('TRAP-B1: "not" binds closer than "and", "and" closer than "or" (RFC 7644 §3.4.2.2)', () => {
  assert.equal(parsed('a pr or b pr and c pr'), 'or(a pr, and(b pr, c pr))')
  assert.equal(parsed('not (a pr) and b pr or c pr'), 'or(and(not(a pr), b pr), c pr)')
  assert.equal(parsed('(a pr or b pr) and c pr'), 'and(or(a pr, b pr), c pr)')
})

test('TRAP-B2: groups nest, and "not" negates a whole group', () => {
  assert.equal(parsed('((a pr or ((b pr))) and not (c pr or (d pr)))'), 'and(or(a pr, b pr), not(or(c pr, d pr)))')
  assert.equal(parsed('not(a pr)'), 'not(a pr)')
  const user = { userName: 'a', title: 't' }
  assert.equal(matches('not (userName eq "a" or title eq "x")', user), false)
  assert.equal(matches('not (userName eq "b" or title eq "x")', user), true)
})

test('TRAP-B3: operators, keywords and names are read in any case', () => {
  assert.equal(parsed('a EQ "x" AND NOT (b Pr) oR c pR'), 'or(and(a eq "x", not(b pr)), c pr)')
  assert.equal(matches('USERNAME EQ "x" AND TITLE EQ "y"', { userName: 'x', title: 'z' }), false)
  assert.equal(matches('USERNAME EQ "x" AND TITLE EQ "z"', { userName: 'x', title: 'z' }), true)
})

test('names that are also keywords or literals are names where a name stands', () => {
  assert.equal(
    parsed('not(true eq false) and null pr and not eq "x" and or pr'),
    'and(not(true eq false), null pr, not eq "x", or pr)',
  )
})

test('TRAP-B12: JSON escapes are decoded, also \\u and surrogate pairs (RFC 8259 §7)', () => {
  const value = (literal: string) => {
    const filter = parseFilter(`a eq ${literal}`)
    return filter.kind === 'compare' ? filter.value : undefined
  }
  assert.equal(value(String.raw`"\"\\\/\b\f\n\r\t"`), '"\\/\b\f\n\r\t')
  assert.equal(value(String.raw`"caf\u00e9 \uD83D\uDE00"`), 'café 😀')
  assert.equal(value('"O\'Malley 😀"'), "O'Malley 😀")
  assert.equal(value('""'), '')
  for (const literal of ['"\\x41"', '"\\u12"', '"\\ud800"', '"a\nb"', '"\\', '"\\"']) refused(`a eq ${literal}`)
})

test('TRAP-B13: brackets, keywords, dots and colons inside a literal mean nothing', () => {
  const text = 'a eq "x) and (y] or [z. urn:a:b \\" not (" and b[c eq "]\\"["]'
  assert.equal(parsed(text), 'and(a eq "x) and (y] or [z. urn:a:b \\" not (", b[c eq "]\\"["])')
})

test('numbers follow the grammar of JSON, literals are in lower case', () => {
  assert.equal(
    parsed('a eq -0.5e+2 or a eq 0 or a eq 1E3 or a eq true or a ne null'),
    'or(a eq -50, a eq 0, a eq 1000, a eq true, a ne null)',
  )
  for (const word of ['01', '+1', '.5', '1.', '1e', '0x1', 'NaN', 'Infinity', '1e999', 'True', 'FALSE', 'Null', 'x'])
    refused(`a eq ${word}`)
})

test('minus zero is zero', () => {
  const filter = parseFilter('a eq -0.0')
  assert.ok(filter.kind === 'compare' && Object.is(filter.value, 0))
})

test('TRAP-B19: what is no filter is refused, and never taken for another one (RFC 7644 §3.4.2.2)', () => {
  const texts = [
    '',
    ' ',
    'userName',
    'userName eq',
    'userName eq "a',
    'userName regex "x"',
    'userName eq "a" "b"',
    'userName pr "a"',
    '(userName eq "a"',
    'userName eq "a")',
    '()',
    'not userName pr',
    'userName eq "a" and',
    'and userName pr',
    'a pr or or b pr',
    'a pr and not',
    'a[b pr',
    'a b pr]',
    'a[]',
    'a[b pr]]',
    'a[b pr).',
    '"a" eq "b"',
    'eq "a"',
    'a eq (b)',
    'a pr b pr',
    'a pr, b pr',
    'userName eq"a"',
    'userName eq "a"and title pr',
    'emails [type pr]',
    'a[b pr].c pr',
    '[type pr]',
    'a.b.c pr',
    'a. pr',
    '.a pr',
    'name..familyName pr',
    '_a pr',
    'a._b pr',
    '-a pr',
    '1a pr',
    'urn: pr',
    'urn:a pr:',
    'http://x:a pr',
    'é pr',
    'a\u00a0pr',
    "a eq 'b'",
  ]
  for (const text of texts) refused(text)
})

test('an error says where, what was found and what was expected', () => {
  const operator = refused('userName regex "x"')
  assert.equal(operator.position, 9)
  assert.match(operator.message, /the operator "regex" is not supported/)
  const end = refused('userName eq')
  assert.equal(end.position, 11)
  assert.match(end.message, /expected a value.*found the end/)
  assert.match(refused('a pr and )').message, /character 10: expected an attribute name, found "\)"/)
  assert.equal(refused('a eq 1 b').position, 7)
})

test('an error cuts what it cites', () => {
  assert.ok(refused(`a ${'x'.repeat(5000)} 1`).message.length < 200)
})

test('whitespace may be several blanks, tabs or line ends, and may be missing around brackets', () => {
  assert.equal(
    parsed('\n a\teq  "x"\r\n and(b pr)or( c pr )and d[ e pr ] '),
    'or(and(a eq "x", b pr), and(c pr, d[e pr]))',
  )
})

test('"$ref" is a name, as in RFC 7643 §2.4', () => {
  assert.equal(parsed('members[$ref eq "x"] and a.$ref pr'), 'and(members[$ref eq "x"], a.$ref pr)')
})

test('TRAP-B20: deep, long and adversarial filters are refused at once', () => {
  const started = performance.now()
  const size = 200_000
  const texts = [
    'a'.repeat(size),
    '('.repeat(size),
    'not('.repeat(size / 4),
    ' '.repeat(size),
    `a eq "${'\\'.repeat(size)}`,
    `${'a pr and '.repeat(size / 9)}a pr`,
    `a eq "${'x'.repeat(size)}"`,
    'a['.repeat(size / 2),
    `a eq 1${'0'.repeat(size)}`,
    `${'urn:a:'.repeat(size / 6)}b pr`,
    // Within the length, beyond depth or nodes.
    `${'('.repeat(33)}a pr${')'.repeat(33)}`,
    `${'a pr or '.repeat(500)}a pr`,
    `${'('.repeat(4000)}`,
    `a eq "${'\\u0041'.repeat(1600)}`,
  ]
  for (const text of texts) refused(text)
  assert.ok(performance.now() - started < 500, `${performance.now() - started} ms for ${texts.length} texts`)
})

test('limits are counted exactly', () => {
  const limits = { charactersMax: 40, depthMax: 2, nodesMax: 3 }
  assert.equal(show(parseFilter('((a pr)) and b pr', { limits })), 'and(a pr, b pr)')
  assert.equal(show(parseFilter('((a pr)) or ((b pr))', { limits })), 'or(a pr, b pr)')
  assertRefused(() => parseFilter('(((a pr)))', { limits }), 'invalidFilter')
  assertRefused(() => parseFilter('((a[b pr]))', { limits }), 'invalidFilter')
  assertRefused(() => parseFilter('not (a pr) and b pr', { limits }), 'invalidFilter')
  assertRefused(() => parseFilter(`a eq "${'x'.repeat(34)}"`, { limits }), 'invalidFilter')
  assert.equal(parseFilter(`a eq "${'x'.repeat(33)}"`, { limits }).kind, 'compare')
})

test('brackets within brackets are refused, brackets side by side are not', () => {
  refused('emails[ims[type pr]]')
  assert.equal(
    parsed('emails[type pr] and ims[not (type pr and (value pr))]'),
    'and(emails[type pr], ims[not(and(type pr, value pr))])',
  )
})

test('single quotes are read only by the leniency singleQuotes', () => {
  const tolerance = allowing('singleQuotes')
  refused("externalId eq 'a'")
  const filter = parseFilter(`a eq 'x "y" \\'z\\' \\u0041]' and b[c eq 'd']`, { tolerance })
  assert.equal(printFilter(filter), String.raw`a eq "x \"y\" 'z' A]" and b[c eq "d"]`)
  assertRefused(() => parseFilter("a eq 'x", { tolerance }), 'invalidFilter')
  assert.equal(printFilter(parseFilter(`a eq "O'Malley"`, { tolerance })), `a eq "O'Malley"`)
})

test('unquoted text is read only by the leniency unquotedText', () => {
  const tolerance = allowing('unquotedText')
  const text =
    'name.FamilyName eq Employee and (emails.Value co example.com or meta.Created gt 2020-01-01T00:00:00Z) and userName sw O'
  refused(text)
  assert.equal(
    printFilter(parseFilter(text, { tolerance })),
    'name.FamilyName eq "Employee" and (emails.Value co "example.com" or meta.Created gt "2020-01-01T00:00:00Z") and userName sw "O"',
  )
  assert.equal(printFilter(parseFilter('a eq 5 and b eq true', { tolerance })), 'a eq 5 and b eq true')
  for (const broken of ['a eq and b pr', 'a eq', 'a eq or', '(a eq)'])
    assertRefused(() => parseFilter(broken, { tolerance }), 'invalidFilter')
})

test('booleans in any case are read only by the leniency booleanText', () => {
  assert.equal(printFilter(parseFilter('active eq True', { tolerance: allowing('booleanText') })), 'active eq true')
  assertRefused(() => parseFilter('active eq Null', { tolerance: allowing('booleanText') }), 'invalidFilter')
})

test('a sub-attribute behind brackets is read only by the leniency valuePathSubAttribute', () => {
  const tolerance = allowing('valuePathSubAttribute')
  const lenient = (text: string) => printFilter(parseFilter(text, { tolerance }))
  refused('emails[type eq "work"].value eq "x"')
  assert.equal(lenient('emails[type eq "work"].value eq "x"'), 'emails[type eq "work" and value eq "x"]')
  assert.equal(
    lenient('emails[type eq "work" and primary eq true].value pr and a pr'),
    'emails[type eq "work" and primary eq true and value pr] and a pr',
  )
  assert.equal(
    lenient('emails[type eq "a" or type eq "b"].value co "x"'),
    'emails[(type eq "a" or type eq "b") and value co "x"]',
  )
  for (const broken of ['a[b pr].c', 'a[b pr].c.d pr', 'a[b pr]. pr', 'a[b pr]c pr', 'a[b pr].c eq'])
    assertRefused(() => parseFilter(broken, { tolerance }), 'invalidFilter')
})

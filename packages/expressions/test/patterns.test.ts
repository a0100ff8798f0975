import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchScope } from '@rollcall/expressions'
import { play } from './play.ts'

const quote = (text: string) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
const replace = (source: string, pattern: string, replacement: string) =>
  play(`Replace([a], , ${quote(pattern)}, , ${quote(replacement)}, , )`, { a: source })

type Case = readonly [source: string, pattern: string, replacement: string, expected: string]

const cases: readonly Case[] = [
  ['baac', 'a*', 'x', 'xbxxcx'],
  ['abc', '', '-', '-a-b-c-'],
  ['aaa', 'a{2}', 'x', 'xa'],
  ['aaaa', 'a{2,}?', 'x', 'xx'],
  ['abab', '(ab)+', '<$1>', '<ab>'],
  ['ab', 'a|ab', 'x', 'xb'],
  ['ab', '(?:a|ab)$', 'x', 'x'],
  ['John Smith', '(?<first>\\w+) (?<last>\\w+)', '${last}.${first}', 'Smith.John'],
  // .NET counts groups without names first
  ['xyz', '(?<n>x)(y)(z)', '$1$2$3${n}', 'yzxx'],
  ['a$', '\\$', '$$', 'a$'],
  ['ab', 'b', "[$`|$&|$'|$_|$9|${no}]", 'a[a|b||ab|$9|${no}]'],
  ['ABC', '(?i)b', 'x', 'AxC'],
  ['aBc', 'a(?i:b)c', 'x', 'x'],
  ['STRASSE straße', '(?i)ß', 'x', 'STRASSE straxe'],
  ['a\nb', '(?m)^.$', 'x', 'x\nx'],
  ['a\n', 'a$', 'x', 'x\n'],
  ['a\n', 'a\\z', 'x', 'a\n'],
  ['a\nb', '(?s)a.b', 'x', 'x'],
  ['a\nb', 'a.b', 'x', 'a\nb'],
  ['a b', '(?x) a \\s b # comment', 'x', 'x'],
  ['ab', '(?n)(a)(?<k>b)', '$1', 'b'],
  ['one two', '\\bt', 'T', 'one Two'],
  ['one two', '\\B\\w', '', 'o t'],
  ['é٣_-', '\\w', 'w', 'www-'],
  ['٣a', '\\d', '9', '9a'],
  ['a\u00a0b', '\\s', '_', 'a_b'],
  ['aÀb', '[\\x61\\u00C0]', '.', '..b'],
  ['hello', '[a-z-[aeiou]]', '.', '.e..o'],
  ['a-]b', '[]-]', '.', 'a..b'],
  ['a^b', '[\\^]', '.', 'a.b'],
  ['xYz', '[^\\p{Lu}]', '.', '.Y.'],
  ['αb', '\\p{IsGreek}', '.', '.b'],
  ['a{b}', '{b}', '.', 'a.'],
  ['tab\tend', '\\t', '_', 'tab_end'],
  ['aXb', "(?'q'X)", '<${q}>', 'a<X>b'],
  ['abc', 'a(?#nothing)b', 'x', 'xc'],
]

for (const [source, pattern, replacement, expected] of cases) {
  test(`${pattern} in ${JSON.stringify(source)} by ${replacement}`, () => {
    assert.equal(replace(source, pattern, replacement), expected)
  })
}

for (const pattern of [
  'a(?=b)',
  '(?<!a)b',
  '(a)\\1',
  '(?<n>a)\\k<n>',
  '(?>a)',
  '(?(a)b|c)',
  '(',
  'a)',
  '[a',
  'a**',
  '*a',
  'a{3,2}',
  '[z-a]',
  '\\p{Nope}',
  '\\q',
  'x{1000}{9}',
  '(a{999}){999}',
  '(?<n>a)(?<n>b)',
  '\\',
]) {
  test(`the pattern ${pattern} is refused`, () => assert.equal(replace('a', pattern, 'x'), 'error BadRegex'))
}

// Each of these takes a backtracking engine longer than the universe is old.
const evil = [
  '(a+)+$',
  '(a|aa)+$',
  '(a|a)*b',
  '(.*)*x',
  '(x+x+)+y',
  '((a*)*)*c',
  '(a?){30}a{30}b',
  '([a-z]+)*\\d',
  '^(a+)+$',
  '(\\w*\\s*)*!',
]

for (const pattern of evil) {
  test(`the pattern ${pattern} is searched in linear time`, () => {
    const text = 'a'.repeat(2_000)
    const started = performance.now()
    matchScope({ groups: [[{ attribute: 'a', operator: 'REGEX MATCH', value: `${pattern}!` }]] }, { a: text })
    assert.ok(performance.now() - started < 5_000)
  })
}

test('what takes too much work is refused, not endured', () => {
  const started = performance.now()
  assert.equal(replace('a'.repeat(60_000), 'a.*b|a', 'x'), 'error TooLong')
  assert.equal(replace('a'.repeat(65_537), 'b', 'x'), 'error TooLong')
  // Copies of many groups count too.
  assert.equal(replace('y'.repeat(50), `${'()'.repeat(900)}z`, 'x'), 'error TooLong')
  assert.equal(replace('a'.repeat(60_000), 'a', '$_$_$_$_$_'), 'error TooLong')
  assert.ok(performance.now() - started < 10_000)
})

test('a text cannot be multiplied without end', () => {
  const nested = 'Replace('.repeat(10) + '[a]' + ', "a", , , "aaaaaaaaaa", , )'.repeat(10)
  assert.equal(play(nested, { a: 'a' }), 'error TooLong')
  assert.equal(play(`${'Append('.repeat(3)}[a]${', [a])'.repeat(3)}`, { a: 'a'.repeat(100_000) }), 'error TooLong')
})

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { DateTime, evaluate, ExpressionError, parseExpression, toText } from '@rollcall/expressions'
import { checkRules } from '../../src/provisioning/rules/check-rules.ts'
import { compileRules } from '../../src/provisioning/rules/compile-rules.ts'
import { decide, personOf, rulesOf, usualMappings } from './rules-fixture.ts'
import { startStopwatch } from '../harness/stopwatch.ts'

const packageFolder = join(import.meta.dirname, '..', '..', '..', '..', 'packages', 'expressions')

type Vector = {
  readonly expression: string
  readonly attributes: { readonly [name: string]: unknown }
  readonly now?: string
  readonly taken?: readonly string[]
  readonly value?: unknown
  readonly error?: string
}

function titledBy(expression: string) {
  return rulesOf({ mappings: [...usualMappings, { target: 'title', kind: 'expression', expression }] })
}

/** What a vector yields, or the code of its error. */
function play({ expression, attributes, now, taken = [] }: Vector): unknown {
  try {
    const { value } = evaluate(parseExpression(expression), {
      attributes,
      now: now === undefined ? undefined : new Date(now),
      isTaken: (candidate) => taken.some((value) => value.toLowerCase() === candidate.toLowerCase()),
    })
    return value instanceof DateTime ? toText(value) : value
  } catch (error) {
    if (error instanceof ExpressionError) return error.code
    throw error
  }
}

test('ENG-30: expressions yield what the vectors say, without I/O, in linear time; rules are checked, and say what they hang on', () => {
  const vectors: readonly Vector[] = JSON.parse(readFileSync(join(packageFolder, 'test', 'golden.json'), 'utf8'))
  const plain = vectors.filter(({ value }) => typeof value === 'string')
  assert.ok(plain.length > 80)
  for (const vector of plain) assert.equal(String(play(vector)), vector.value, vector.expression)
  for (const vector of vectors.filter(({ error }) => error !== undefined))
    assert.equal(play(vector), vector.error, vector.expression)

  // Nothing of the language can reach a file, a socket or a clock of its own.
  const names = readdirSync(join(packageFolder, 'src'), { recursive: true, encoding: 'utf8' })
  for (const name of names.filter((each) => each.endsWith('.ts'))) {
    const source = readFileSync(join(packageFolder, 'src', name), 'utf8').replaceAll(/^\s*(?:\/\*)?\*.*$/gm, '')
    assert.doesNotMatch(source, /from '(?!\.)|import\(|fetch\(|Date\.now|new Date\(\)|Math\.random/, name)
  }
  const workMs = startStopwatch()
  const evil = decide(
    titledBy('Replace([nickName], , "^(a+)+$", , "x", , )'),
    personOf({ nickName: 'a'.repeat(60_000) }),
  )
  assert.ok(workMs() < 2_000)
  assert.ok(evil.failure !== undefined || evil.desired['title'] === 'x')

  const findings = checkRules(titledBy('Join("-", [jobTitle], Leftt([city], 2))'))
  const syntax = findings.find(({ rule }) => rule === 'E-SYNTAX')
  assert.deepEqual([syntax?.field, syntax?.position, syntax?.suggestion], ['users.mappings[4].expression', 22, 'Left'])
  assert.ok(compileRules(titledBy('[city]')).users.interests.has('addresses'))
  const hired = personOf({ nickName: '2026-12-01' })
  const timed = decide(titledBy('IIF(DateDiff("d", Now(), CDate([nickName])) > 5, "before", "after")'), hired)
  assert.equal(timed.nextChangeAt?.toISOString(), '2026-11-25T00:00:00.001Z')
  assert.equal(decide(titledBy('[city]')).nextChangeAt, undefined)
})

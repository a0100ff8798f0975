import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type EvaluationContext, evaluate, ExpressionError, parseExpression } from '@rollcall/expressions'
import { toPlain } from '../plain.ts'

// The vectors are shared between implementations and stand beside the repository, not in it.
const file = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'vectors', 'expressions.json')

type Vector = {
  readonly id: string
  readonly origin: string
  readonly expr: string
  readonly attrs: { readonly [name: string]: unknown }
  readonly ctx?: { readonly now?: string; readonly taken?: readonly string[]; readonly defaultDomain?: string }
  readonly out?: unknown
  readonly match?: string
  readonly error?: string
  readonly ignore?: boolean
}

if (!existsSync(file)) {
  test('the shared vectors of expressions are not beside this repository: nothing to play', (t) => {
    t.diagnostic(`not found: ${file}`)
  })
} else {
  const content: { readonly expressions: readonly Vector[] } = JSON.parse(readFileSync(file, 'utf8'))
  for (const vector of content.expressions)
    test(`vector ${vector.id} (${vector.origin}): ${vector.expr}`, () => play(vector))
}

function play(vector: Vector): void {
  const context = toContext(vector)
  const run = () => evaluate(parseExpression(vector.expr), context)
  if (vector.error !== undefined) {
    assert.throws(run, (error) => error instanceof ExpressionError && error.code === vector.error)
    return
  }
  const { value, isFlowing } = run()
  assert.equal(isFlowing, vector.ignore !== true)
  if (vector.match !== undefined) assert.match(String(value), new RegExp(vector.match))
  else if (vector.ignore !== true) assert.deepEqual(toPlain(value), vector.out)
}

function toContext({ attrs, ctx }: Vector): EvaluationContext {
  const taken = new Set(ctx?.taken?.map((value) => value.toLowerCase()))
  return {
    attributes: attrs,
    now: ctx?.now === undefined ? undefined : new Date(ctx.now),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    isTaken: (value) => taken.has(value.toLowerCase()),
    defaultDomain: ctx?.defaultDomain,
  }
}

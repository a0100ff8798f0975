import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkScope, ExpressionError, explainScope, matchScope } from '@rollcall/expressions'

// The vectors are shared between implementations and stand beside the repository, not in it.
const file = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'vectors', 'expressions.json')

type FilterVector = {
  readonly id: string
  readonly op: string
  readonly value: unknown
  readonly operand?: string
  readonly out: boolean | string
}

type ScopeVector = {
  readonly id: string
  readonly groups: readonly (readonly { readonly attr: string; readonly op: string; readonly value?: string }[])[]
  readonly attrs: { readonly [name: string]: unknown }
  readonly out: boolean
}

type Vectors = { readonly filters: readonly FilterVector[]; readonly scopes: readonly ScopeVector[] }

if (!existsSync(file)) {
  test('the shared vectors of scoping filters are not beside this repository: nothing to play', (t) => {
    t.diagnostic(`not found: ${file}`)
  })
} else {
  const content: Vectors = JSON.parse(readFileSync(file, 'utf8'))
  for (const { id, op, value, operand, out } of content.filters) {
    test(`vector ${id}: ${JSON.stringify(value)} ${op} ${operand ?? ''}`, () => {
      play([[{ attr: 'x', op, ...(operand === undefined ? {} : { value: operand }) }]], { x: value }, out)
    })
  }
  for (const { id, groups, attrs, out } of content.scopes) test(`vector ${id}`, () => play(groups, attrs, out))
}

function play(groups: ScopeVector['groups'], attributes: ScopeVector['attrs'], out: boolean | string): void {
  const scope = {
    groups: groups.map((group) => group.map(({ attr, op, ...rest }) => ({ attribute: attr, operator: op, ...rest }))),
  }
  checkScope(scope)
  if (typeof out === 'string') {
    assert.throws(
      () => matchScope(scope, attributes),
      (error) => error instanceof ExpressionError && error.code === out,
    )
    return
  }
  assert.equal(matchScope(scope, attributes), out)
  assert.equal(explainScope(scope, attributes).isInScope, out)
}

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildPackage, testPackage } from '../../../scripts/test/built-package.ts'

const built = buildPackage({
  name: '@rollcall/expressions',
  folder: join(import.meta.dirname, '..'),
  files: ['package.json', 'README.md', 'LICENSE', 'src'],
})
testPackage(built)

test('the compiled package is imported by plain Node without conditions', async () => {
  const code = `
    import { evaluate, parseExpression } from '@rollcall/expressions'
    console.log(evaluate(parseExpression('ToUpper([a])'), { attributes: { a: 'b' } }).value)`
  assert.deepEqual(await built.run('import.mjs', code), ['B'])
})

test('the declarations compile in a strict project without this repository’s options', async () => {
  const code = `import { type Clause, type Evaluation, type Expression, evaluate, matchScope, parseExpression } from '@rollcall/expressions'
     const expression: Expression = parseExpression('[a]')
     export const found: Evaluation = evaluate(expression, { attributes: { a: 1 } })
     const clause: Clause = { attribute: 'a', operator: 'IS NULL' }
     export const isIn: boolean = matchScope({ groups: [[clause]] }, {})
     // @ts-expect-error there is no such operator
     export const wrong: Clause = { attribute: 'a', operator: 'IS NOTHING' }`
  await built.assertCompiles({ 'consumer.ts': code })
})

test('the examples of the README print what stands behind them', async () => {
  const blocks = built.readmeBlocks
  assert.ok(blocks.length >= 3)
  for (const [index, code] of blocks.entries()) await built.assertPrints(`readme-${index}.mts`, code)
  // They are TypeScript to the letter.
  await built.assertCompiles(Object.fromEntries(blocks.map((code, index) => [`readme-${index}.mts`, code])))
})

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { testDocumentation, testExamples } from '../../../scripts/test/examples.ts'

const library = { name: '@rollcall/scim', source: join(import.meta.dirname, '..', 'src') }
const examples = testExamples(library)
testDocumentation(library, ['index.ts', 'server/index.ts', 'client/index.ts'])

test('the documentation of the library has examples', () => {
  assert.ok(examples.length >= 20, `${examples.length} examples`)
})

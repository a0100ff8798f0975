import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { testExamples } from '../../../scripts/test/examples.ts'
import * as api from '../src/index.ts'

const examples = testExamples({ name: '@rollcall/admin-api', source: join(import.meta.dirname, '..', 'src') })

test('every function that index.ts exports has an example', () => {
  const shown = new Set(examples.flatMap(({ code }) => code.match(/\w+/g) ?? []))
  const bare = Object.entries(api).filter(
    ([name, value]) => /^[a-z]/.test(name) && typeof value === 'function' && !shown.has(name),
  )
  assert.deepEqual(bare, [])
})

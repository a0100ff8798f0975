import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import * as api from '../src/index.ts'

const source = join(import.meta.dirname, '..', 'src')
const entry = pathToFileURL(join(source, 'index.ts')).href
const examples = readdirSync(source)
  .filter((name) => name.endsWith('.ts'))
  .flatMap(listExamples)

type Example = { readonly file: string; readonly line: number; readonly code: string; readonly expected: string[] }

const printed = new Map<string, string[]>()
Object.assign(globalThis, {
  printForExample: (id: string, ...values: unknown[]) => printed.get(id)?.push(format(...values)),
})

for (const example of examples) {
  test(`the example in ${example.file}:${example.line} prints what its comments say`, async () => {
    const id = `${example.file}:${example.line}`
    const lines: string[] = []
    printed.set(id, lines)
    const code = example.code
      .replaceAll(`'@rollcall/admin-api'`, JSON.stringify(entry))
      .replaceAll('console.log(', `printForExample(${JSON.stringify(id)}, `)
    await import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(code))}`)
    assert.deepEqual(lines, example.expected)
  })
}

test('every function that index.ts exports has an example', () => {
  const shown = new Set(examples.flatMap(({ code }) => code.match(/\w+/g) ?? []))
  const bare = Object.entries(api).filter(
    ([name, value]) => /^[a-z]/.test(name) && typeof value === 'function' && !shown.has(name),
  )
  assert.deepEqual(bare, [])
})

function listExamples(file: string): readonly Example[] {
  const text = readFileSync(join(source, file), 'utf8')
  return [...text.matchAll(/^ \* @example\n \* ```ts\n((?: \*.*\n)*?) \* ```$/gm)].map((match) => {
    const code = (match[1] ?? '').replaceAll(/^ \* ?/gm, '')
    const expected = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map((found) => found[1] ?? '')
    return { file, line: text.slice(0, match.index).split('\n').length, code, expected }
  })
}

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

const source = join(import.meta.dirname, '..', 'src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

type Example = { readonly file: string; readonly line: number; readonly code: string }

const examples = files.flatMap(listExamples)

/** Where the lines of an example's console.log go, since its module cannot be given an argument. */
const printed = new Map<string, string[]>()
Object.assign(globalThis, {
  printForExample: (id: string, ...values: unknown[]) => printed.get(id)?.push(format(...values)),
})

test('the documentation of the library has examples', () => {
  assert.ok(examples.length >= 8, `${examples.length} examples`)
})

for (const example of examples) {
  test(`the example in ${example.file}:${example.line} prints what its comments say`, async () => {
    assert.deepEqual(await run(example), listExpected(example))
  })
}

test('every function that the package exports has an example', async () => {
  const published = new Set<unknown>()
  for (const entry of ['index.ts']) {
    for (const value of Object.values(await load(entry))) published.add(value)
  }
  const bare: string[] = []
  for (const file of files.filter((file) => !file.endsWith('index.ts'))) {
    const text = readFileSync(join(source, file), 'utf8')
    for (const [name, value] of Object.entries(await load(file))) {
      if (typeof value !== 'function' || !published.has(value)) continue
      const comment = new RegExp(`(/\\*\\*(?:(?!\\*/)[^])*?\\*/\\n)?^export (?:async )?function ${name}\\b`, 'm').exec(
        text,
      )
      if (comment !== null && !comment[1]?.includes('@example')) bare.push(`${file}: ${name}`)
    }
  }
  assert.deepEqual(bare, [])
})

async function load(file: string): Promise<{ readonly [name: string]: unknown }> {
  return await import(pathToFileURL(join(source, file)).href)
}

function listExamples(file: string): readonly Example[] {
  const text = readFileSync(join(source, file), 'utf8')
  return [...text.matchAll(/^ \* @example\n \* ```ts\n((?: \*.*\n)*?) \* ```$/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    code: (match[1] ?? '').replaceAll(/^ \* ?/gm, ''),
  }))
}

function listExpected({ code }: Example): readonly string[] {
  return code
    .split('\n')
    .filter((line) => line.includes('console.log('))
    .map((line) => {
      // The last "//" that stands behind a blank: text such as https:// has none before it.
      const at = line.lastIndexOf(' // ')
      assert.notEqual(at, -1, `a console.log without its expected output: ${line}`)
      return line.slice(at + 4)
    })
}

async function run(example: Example): Promise<readonly string[]> {
  const id = `${example.file}:${example.line}`
  const lines: string[] = []
  printed.set(id, lines)
  const code = example.code
    .replaceAll(/from '@rollcall\/expressions'/g, () => {
      const url = pathToFileURL(join(source, 'index.ts'))
      return `from '${url.href}'`
    })
    .replaceAll('console.log(', `printForExample(${JSON.stringify(id)}, `)
  await import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(code))}`)
  return lines
}

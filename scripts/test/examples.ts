import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

/** A package whose documentation has examples. */
export type Library = {
  /** By which its examples import it. */
  readonly name: string
  /** Where its code lies. */
  readonly source: string
}

export type Example = { readonly file: string; readonly line: number; readonly code: string }

/** Where the lines of an example's console.log go, since its module cannot be given an argument. */
const printed = new Map<string, string[]>()
Object.assign(globalThis, {
  printForExample: (id: string, ...values: unknown[]) => printed.get(id)?.push(format(...values)),
})

/** One test for each example of a package: it prints what the comments behind its console.log say. */
export function testExamples(library: Library): readonly Example[] {
  const examples = listFiles(library).flatMap((file) => listExamples(library, file))
  for (const example of examples)
    test(`the example in ${example.file}:${example.line} prints what its comments say`, async () => {
      assert.deepEqual(await run(library, example), listExpected(example))
    })
  return examples
}

/** The test that every function that a package exports by its entries has an example at its definition. */
export function testDocumentation(library: Library, entries: readonly string[]): void {
  test('every function that the package exports has an example', async () => {
    const published = new Set<unknown>()
    for (const entry of entries) {
      for (const value of Object.values(await load(library, entry))) published.add(value)
    }
    const bare: string[] = []
    for (const file of listFiles(library).filter((file) => !file.endsWith('index.ts'))) {
      const text = readFileSync(join(library.source, file), 'utf8')
      for (const [name, value] of Object.entries(await load(library, file))) {
        if (typeof value !== 'function' || !published.has(value)) continue
        const comment = new RegExp(
          `(/\\*\\*(?:(?!\\*/)[^])*?\\*/\\n)?^export (?:async )?function ${name}\\b`,
          'm',
        ).exec(text)
        if (comment !== null && !comment[1]?.includes('@example')) bare.push(`${file}: ${name}`)
      }
    }
    assert.deepEqual(bare, [])
  })
}

function listFiles({ source }: Library): readonly string[] {
  return readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
}

async function load({ source }: Library, file: string): Promise<{ readonly [name: string]: unknown }> {
  return await import(pathToFileURL(join(source, file)).href)
}

function listExamples({ source }: Library, file: string): readonly Example[] {
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

async function run({ name, source }: Library, example: Example): Promise<readonly string[]> {
  const id = `${example.file}:${example.line}`
  const lines: string[] = []
  printed.set(id, lines)
  const code = example.code
    .replaceAll(new RegExp(`from '${name}(/[\\w-]+)?'`, 'g'), (_, entry: string | undefined) => {
      const url = pathToFileURL(join(source, entry ?? '', 'index.ts'))
      return `from '${url.href}'`
    })
    .replaceAll('console.log(', `printForExample(${JSON.stringify(id)}, `)
  await import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(code))}`)
  return lines
}

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { publint } from 'publint'

const run = promisify(execFile)
const here = join(import.meta.dirname, '..')

/** A built copy of the package as npm would install it, beside nothing. */
const root = mkdtempSync(join(tmpdir(), 'rollcall-expressions-'))
const installed = join(root, 'node_modules', '@rollcall', 'expressions')

before(async () => {
  for (const name of ['package.json', 'README.md', 'LICENSE', 'src'])
    cpSync(join(here, name), join(installed, name), { recursive: true })
  const compiler = join(folderOf('typescript'), 'bin', 'tsc')
  const project = join(here, 'tsconfig.build.json')
  await node([compiler, '-p', project, '--outDir', join(installed, 'dist')])
})

after(() => rmSync(root, { recursive: true, force: true }))

test('publint finds nothing to say about the package', async () => {
  const { messages } = await publint({ pkgDir: installed, strict: true, pack: false })
  assert.deepEqual(messages, [])
})

test('the types resolve for every entry (attw, ESM only)', async () => {
  const folder = join(root, 'types')
  mkdirSync(folder)
  const entry = join(folderOf('@arethetypeswrong/cli'), 'dist', 'index.js')
  const { stdout } = await node([entry, '--pack', installed, '--profile', 'esm-only', '--format', 'json'])
  const found = JSON.parse(stdout) as { analysis: { problems: readonly { kind: string; resolutionKind?: string }[] } }
  // What only CommonJS and the resolution before Node 12 cannot do is what "ESM only" means.
  const problems = found.analysis.problems.filter(
    ({ kind, resolutionKind }) =>
      kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10' && resolutionKind !== 'node16-cjs',
  )
  assert.deepEqual(problems, [])
})

test('the package has no dependencies of any kind', () => {
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'])
    assert.equal(manifest[kind], undefined, kind)
})

test('no file imports anything but its neighbours, and none knows a global of Node', () => {
  const files = listFiles(join(installed, 'dist')).filter((file) => file.endsWith('.js'))
  assert.ok(files.length > 20)
  for (const file of files) {
    const code = withoutTexts(readFileSync(file, 'utf8'))
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    ))
      assert.match(specifier ?? '', /^\.\.?\//, `${file} imports ${specifier}`)
    const global = /(?<![.\w$])(?:process|Buffer|require|module|__dirname|__filename|setImmediate|global)\s*[.([]/.exec(
      code,
    )
    assert.equal(global, null, `${file}: ${global?.[0]}`)
  }
})

test('the compiled package is imported by plain Node without conditions', async () => {
  const code = `
    import { evaluate, parseExpression } from '@rollcall/expressions'
    console.log(evaluate(parseExpression('ToUpper([a])'), { attributes: { a: 'b' } }).value)`
  const { stdout } = await nodeModule('import.mjs', code)
  assert.equal(stdout.trim(), 'B')
})

test('the declarations compile in a strict project without this repository’s options', async () => {
  writeFileSync(
    join(root, 'consumer.ts'),
    `import { type Clause, type Evaluation, type Expression, evaluate, matchScope, parseExpression } from '@rollcall/expressions'
     const expression: Expression = parseExpression('[a]')
     export const found: Evaluation = evaluate(expression, { attributes: { a: 1 } })
     const clause: Clause = { attribute: 'a', operator: 'IS NULL' }
     export const isIn: boolean = matchScope({ groups: [[clause]] }, {})
     // @ts-expect-error there is no such operator
     export const wrong: Clause = { attribute: 'a', operator: 'IS NOTHING' }`,
  )
  const options = { strict: true, module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'] }
  const compilerOptions = { ...options, noEmit: true, types: [], skipLibCheck: false }
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module' }))
  const compiler = join(folderOf('typescript'), 'bin', 'tsc')
  const { stdout } = await node([compiler, '-p', root])
  assert.equal(stdout, '')
})

test('the examples of the README print what stands behind them', async () => {
  const readme = readFileSync(join(here, 'README.md'), 'utf8')
  const blocks = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code ?? '')
  assert.ok(blocks.length >= 3)
  for (const [index, code] of blocks.entries()) {
    const expected = [...code.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text)
    const { stdout } = await nodeModule(`readme-${index}.mts`, code)
    assert.deepEqual(stdout.trim().split('\n'), expected)
  }
  // They are TypeScript to the letter.
  const compilerOptions = {
    strict: true,
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2022', 'dom'],
    noEmit: true,
    types: [],
  }
  const files = blocks.map((_, index) => `readme-${index}.mts`)
  writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  assert.equal((await node([join(folderOf('typescript'), 'bin', 'tsc'), '-p', root])).stdout, '')
})

function folderOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url)
  assert.ok(manifest, `${name} is not installed`)
  return dirname(manifest)
}

function node(parameters: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, parameters, {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
    maxBuffer: 2 ** 26,
  }).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${parameters.join(' ')}\n${stdout}\n${stderr}`, { cause: error })
  })
}

function nodeModule(name: string, code: string, flags: readonly string[] = []): Promise<{ stdout: string }> {
  const file = join(root, name)
  writeFileSync(file, code)
  return node([...flags, file])
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
}

/** Code without comments and quoted texts, which may speak of anything. */
function withoutTexts(code: string): string {
  return code.replaceAll(/\/\*[^]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gm, '')
}

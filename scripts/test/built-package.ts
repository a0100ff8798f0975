import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { publint } from 'publint'

const execute = promisify(execFile)

/** What of a package is built, and how. */
export type PackageSources = {
  readonly name: string
  readonly folder: string
  /** What npm takes along beside `dist`. */
  readonly files: readonly string[]
  /** Packages that lie beside it because its README imports them. */
  readonly beside?: readonly string[]
}

/** A built copy of a package as npm would install it, in a folder with nothing else. */
export type BuiltPackage = {
  /** Where it lies. */
  readonly installed: string
  /** The blocks of TypeScript in its README. */
  readonly readmeBlocks: readonly string[]
  /** Writes a module beside it, runs that in Node without conditions, and gives the lines it prints. */
  run(file: string, code: string, flags?: readonly string[]): Promise<readonly string[]>
  /** Runs a block of the README: it must print what its comments say. */
  assertPrints(file: string, block: string): Promise<void>
  /** Modules beside it, code by file, must be right in a strict project without this repository's options. */
  assertCompiles(modules: Readonly<Record<string, string>>): Promise<void>
}

/** Builds a package before the tests of a file, and takes it away after them. */
export function buildPackage({ name, folder, files, beside = [] }: PackageSources): BuiltPackage {
  const root = mkdtempSync(join(tmpdir(), 'rollcall-package-'))
  const installed = join(root, 'node_modules', name)
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  before(async () => {
    for (const file of files) cpSync(join(folder, file), join(installed, file), { recursive: true })
    const project = join(folder, 'tsconfig.build.json')
    await node(root, [compiler(), '-p', project, '--outDir', join(installed, 'dist')])
    for (const other of beside) symlinkSync(folderOf(other), join(root, 'node_modules', other), 'dir')
  })
  after(() => rmSync(root, { recursive: true, force: true }))
  const run: BuiltPackage['run'] = async (file, code, flags = []) => {
    writeFileSync(join(root, file), code)
    return (await node(root, [...flags, join(root, file)])).trim().split('\n')
  }
  return {
    installed,
    readmeBlocks: [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code ?? ''),
    run,
    async assertPrints(file, block) {
      const expected = [...block.matchAll(/console\.log\(.*\) \/\/ (.*)$/gm)].map(([, text]) => text)
      assert.deepEqual(await run(file, block), expected)
    },
    async assertCompiles(modules) {
      for (const [file, code] of Object.entries(modules)) writeFileSync(join(root, file), code)
      const options = { strict: true, module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom', 'dom.iterable'] }
      const compilerOptions = { ...options, noEmit: true, types: [], skipLibCheck: false }
      writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(modules) }))
      writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module' }))
      assert.equal(await node(root, [compiler(), '-p', root]), '')
    },
  }
}

/** The tests that whatever goes to npm from here must pass. */
export function testPackage({ installed }: BuiltPackage): void {
  test('publint finds nothing to say about the package', async () => {
    const { messages } = await publint({ pkgDir: installed, strict: true, pack: false })
    assert.deepEqual(messages, [])
  })

  test('the types resolve for every entry (attw, ESM only)', async () => {
    const entry = join(folderOf('@arethetypeswrong/cli'), 'dist', 'index.js')
    const text = await node(installed, [entry, '--pack', installed, '--profile', 'esm-only', '--format', 'json'])
    const found = JSON.parse(text) as { analysis: { problems: readonly { kind: string; resolutionKind?: string }[] } }
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
      const text = readFileSync(file, 'utf8')
      for (const [, specifier] of text.matchAll(/^(?:import|export)\b[^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm))
        assert.match(specifier ?? '', /^\.\.?\//, `${file} imports ${specifier}`)
      const global =
        /(?<![.\w$])(?:process|Buffer|require|module|__dirname|__filename|setImmediate|global)\s*[.([]/.exec(
          withoutTexts(text),
        )
      assert.equal(global, null, `${file}: ${global?.[0]}`)
    }
  })
}

function compiler(): string {
  return join(folderOf('typescript'), 'bin', 'tsc')
}

function folderOf(name: string): string {
  const manifest = findPackageJSON(name, import.meta.url)
  assert.ok(manifest, `${name} is not installed`)
  return dirname(manifest)
}

async function node(cwd: string, parameters: readonly string[]): Promise<string> {
  try {
    const env = { ...process.env, NODE_OPTIONS: '' }
    return (await execute(process.execPath, parameters, { cwd, env, maxBuffer: 2 ** 26 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${parameters.join(' ')}\n${stdout}\n${stderr}`, { cause: error })
  }
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
}

/** Code without comments and quoted texts, which may speak of anything. */
function withoutTexts(code: string): string {
  return code.replaceAll(/\/\*[^]*?\*\/|\/\/.*$|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/gm, '')
}

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

type Entry = {
  readonly version?: string
  readonly integrity?: string
  readonly optional?: boolean
  readonly link?: boolean
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Manifest = {
  readonly [kind in 'dependencies' | 'devDependencies' | 'optionalDependencies']?: Readonly<Record<string, string>>
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

const lock = readJson('package-lock.json') as { readonly packages: Readonly<Record<string, Entry>> }

test('CON-B15: the lock file is committed with checksums, versions are exact, no install script runs, young releases wait', () => {
  const manifests = Object.keys(lock.packages).filter((path) => !path.includes('node_modules'))
  for (const path of manifests) {
    const { dependencies, devDependencies, optionalDependencies } = readJson(join(path, 'package.json')) as Manifest
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/, `${name} in ${path || 'the root'}`)
    }
  }
  const unchecked = Object.entries(lock.packages).filter(
    ([path, entry]) =>
      path.includes('node_modules') && entry.link !== true && entry.optional !== true && entry.integrity === undefined,
  )
  assert.deepEqual(unchecked, [])
  const settings = readFileSync(join(root, '.npmrc'), 'utf8').split('\n')
  for (const line of ['save-exact=true', 'ignore-scripts=true', 'min-release-age=7'])
    assert.ok(settings.includes(line), line)
})

test('the lock file names every optional platform package, so that npm ci accepts it, and no registry', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in lock.packages) && !(`${path}/node_modules/${name}` in lock.packages),
    ),
  )
  assert.deepEqual(missing, [], 'run: node scripts/complete-lock.mjs')
  const addresses = Object.values(lock.packages).filter(({ resolved }) => resolved?.includes('://'))
  assert.deepEqual(addresses, [])
})

function launch(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const command = ['scripts/with-node.mjs', 'scripts/rollcall.mjs', ...args]
  return spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8', env: { ...process.env, ...environment } })
}

test('the launcher passes on the exit code and keeps standard output clean', () => {
  const schema = launch(['config', 'schema'])
  assert.equal(schema.status, 0, schema.stderr)
  assert.equal(typeof JSON.parse(schema.stdout), 'object')
  const wrong = launch(['config', 'dance'])
  assert.deepEqual([wrong.status, wrong.stdout], [2, ''])
})

test('a Node that cannot be run is named together with the way out', () => {
  const { status, stderr } = launch(['config', 'schema'], { ROLLCALL_NODE: '/nonexistent/node' })
  assert.equal(status, 1)
  assert.match(stderr, /\/nonexistent\/node cannot be run: .*Set ROLLCALL_NODE/)
})

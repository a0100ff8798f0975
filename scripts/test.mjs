// `npm test`: the checks, then every suite of node:test. Slow proofs have folders and names of their own:
//   --suite=faults    apps/server/test/faults    crashes, load, killed databases
//   --suite=interop   apps/server/test/interop   other versions of PostgreSQL, SimpleSAMLphp, OpenLDAP, all downloaded
//   --suite=looks     apps/console/test/looks     every screen of the console in every language and theme
//   --suite=full      checks and all of it
// Without it each suite would need its own way to find its files and to limit how many run at once.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildConsole } from './build-console.mjs'
import { check } from './check.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const places = ['packages/*/test/**/*.test.ts', 'apps/*/{src,test}/**/*.test.ts', 'scripts/test/**/*.test.ts']
const slowSuites = ['faults', 'interop', 'looks']

const options = process.argv.slice(2)
const suite = options.find((option) => option.startsWith('--suite='))?.slice('--suite='.length) ?? 'default'

function filesOf(name) {
  const all = globSync(places, { cwd: root, exclude: (path) => path.includes('node_modules') }).sort()
  const suiteOf = (file) => slowSuites.find((slow) => file.split(sep).includes(slow)) ?? 'default'
  return name === 'full' ? all : all.filter((file) => suiteOf(file) === name)
}

function runTests(files) {
  const args = [
    '--conditions=@rollcall/source',
    '--test',
    `--test-concurrency=${Math.min(2, availableParallelism())}`,
    '--test-reporter=spec',
    ...options.filter((option) => !option.startsWith('--suite=')),
    ...files,
  ]
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve) => child.on('exit', (code) => resolve(code === 0)))
}

const files = filesOf(suite)
if (files.length === 0) {
  console.error(`The suite "${suite}" has no test file (${places.map((place) => relative('.', place)).join(', ')}).`)
  process.exit(1)
}
// Both run even when the first fails: one run shows all that is wrong.
const isClean = slowSuites.includes(suite) || (await check())
// The tests in a browser would each find it missing at the same time.
if (suite !== 'interop') await buildConsole()
const isGreen = await runTests(files)
if (!isClean) console.error('The checks failed; see the top of this output.')
process.exit(isClean && isGreen ? 0 : 1)

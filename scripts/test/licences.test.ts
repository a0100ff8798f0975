import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
// The Unlicense gives a work away whole; the router brings one such package, which the console's build leaves out.
const allowed = new Set([
  'MIT',
  'MIT-0',
  'Apache-2.0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
])

type Locked = {
  readonly version?: string
  readonly license?: string
  readonly dev?: boolean
  readonly link?: boolean
  readonly optional?: boolean
  readonly hasInstallScript?: boolean
}

const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, Locked> }

/** What an installation without development tools brings. */
const runTime = Object.entries(lock.packages).filter(
  ([path, entry]) => path.includes('node_modules/') && entry.dev !== true && entry.link !== true,
)
const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

test('CON-M6: every package at run time has a licence of the allowed ones, by the lock file and by its own word', () => {
  assert.ok(runTime.length > 20)
  const wrong = runTime.filter(([path, { license }]) => {
    const file = join(root, path, 'package.json')
    // Packages for other platforms are not installed; of them the lock file speaks alone.
    const own: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).license : license
    return (
      [license, own].some((each) => each !== undefined && !isAllowed(String(each))) || (license ?? own) === undefined
    )
  })
  assert.deepEqual(
    wrong.map(([path]) => path),
    [],
  )
})

test('CON-M6: NOTICE names every package at run time with its licence, and no other', () => {
  const notice = readFileSync(join(root, 'NOTICE'), 'utf8')
  const listed = [...notice.matchAll(/^- (\S+) \((.+)\)$/gm)].map(([, name, license]) => `${name} ${license}`)
  const wanted = [...new Set(runTime.map(([path, { license }]) => `${nameOf(path)} ${license}`))].toSorted()
  assert.deepEqual(listed, wanted, 'write the list anew: node scripts/notice.mjs')
})

test('no package runs a script when it is installed, at run time or in development', () => {
  const scripted = Object.entries(lock.packages).filter(([, entry]) => entry.hasInstallScript === true)
  const known = new Set<string>(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).allowScripts ?? [])
  assert.deepEqual(
    scripted.filter(([path, { optional }]) => optional !== true && !known.has(nameOf(path))).map(([path]) => path),
    [],
  )
})

/** An expression such as `(MIT OR GPL-2.0)` leaves the choice; `AND` does not. */
function isAllowed(expression: string): boolean {
  const parts = expression.replace(/[()]/g, '')
  return parts.split(' AND ').every((part) => part.split(' OR ').some((name) => allowed.has(name.trim())))
}

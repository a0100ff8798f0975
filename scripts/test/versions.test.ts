import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const semver = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?$/
const kinds = new Set(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'])

test('CON-N6: the changelog keeps its form, all packages have one semantic version, and the upgrade notes tell the support window', () => {
  const changelog = read('CHANGELOG.md')
  const sections = [...changelog.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading)
  assert.equal(sections[0], 'Unreleased')
  for (const heading of sections.slice(1)) assert.match(heading, /^\[?\d+\.\d+\.\d+\]? [-–] \d{4}-\d\d-\d\d$/)
  for (const [, kind = ''] of changelog.matchAll(/^### (.+)$/gm)) assert.ok(kinds.has(kind), kind)

  const files = ['package.json', ...globSync('{apps,packages}/*/package.json', { cwd: root })]
  const versions = new Set(files.map((path) => String(JSON.parse(read(path)).version)))
  assert.equal(versions.size, 1, [...versions].join())
  for (const version of versions) assert.match(version, semver)

  const notes = read('docs/guides/upgrading.md')
  for (const heading of ['Versions', 'Support window', 'How to upgrade', 'How to go back'])
    assert.match(notes, new RegExp(`^## ${heading}$`, 'm'))
  for (const [, target = ''] of notes.matchAll(/\]\((?!https:)([^)#]+)\)/g))
    assert.ok(read(join('docs/guides', target)).length > 0)

  // Who looks for it in SECURITY.md finds the same.
  const [, days = ''] = /security fixes for (\d+) days after/.exec(notes) ?? []
  const security = read('SECURITY.md')
  assert.match(security, new RegExp(`security fixes for ${days} days more`))
  assert.match(security, /\(docs\/guides\/upgrading\.md#support-window\)/)
})

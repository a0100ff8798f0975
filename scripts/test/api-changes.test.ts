import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

type Compared = { readonly breaking: readonly string[]; readonly additions: readonly string[] }

// A plain script without types, as all that any Node runs.
const script: string = '../api-changes.mjs'
const { compareApis } = (await import(script)) as { compareApis(before: unknown, after: unknown): Compared }

const text = readFileSync(new URL('../../docs/reference/openapi.json', import.meta.url), 'utf8')
const parse = (): any => JSON.parse(text) // oxlint-disable-line typescript/no-explicit-any -- changed freely below

test('what a change of the API takes away is told apart from what it adds', () => {
  assert.deepEqual(compareApis(parse(), parse()), { breaking: [], additions: [] })
  const after = parse()
  delete after.paths['/api/v1/organizations'].get
  delete after.components.schemas.Organization.properties.slug
  after.components.schemas.Organization.properties.colour = { type: 'string' }
  after.components.schemas.OrganizationCreate.required.push('name')
  after.components.schemas.RunState.enum = ['queued', 'running', 'done', 'failed', 'paused']
  const { breaking, additions } = compareApis(parse(), after)
  for (const line of ['route GET /api/v1/organizations', 'field Organization.slug'])
    assert.ok(breaking.includes(`removed: ${line}`), line)
  assert.ok(breaking.includes('now demanded: OrganizationCreate must have name'))
  assert.deepEqual(additions, ['added: field Organization.colour', 'added: value paused of RunState'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  applyPatch,
  diffResources,
  isJsonObject,
  type Json,
  type JsonObject,
  parsePatch,
  ScimError,
  userSchema,
} from '@rollcall/scim'
import { enterprise, fixture, toUser, user } from '../resource/subject.ts'
import { freeze, under } from './subject.ts'

const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const paths = [
  'userName',
  'title',
  'active',
  'name',
  'name.givenName',
  'emails',
  'emails.type',
  'emails[type eq "work"]',
  'emails[type eq "work"].value',
  'emails[value pr and not (type eq "home")].primary',
  'manager',
  'schemas',
  'id',
  'password',
  '__proto__',
  enterprise,
  `${enterprise}:manager`,
  `${enterprise}:manager.value`,
  `${fixture}:tags`,
  `${fixture}:devices[value eq "d1"]`,
  `${fixture}:seat`,
  `${fixture}:level`,
]

const text = fc.oneof(
  fc.constantFrom('', ' ', 'work', 'home', 'a@x', 'd1', 'True', '{"value":"x"}', '[1]'),
  fc.string(),
)
const key = fc.oneof(
  fc.constantFrom('value', 'type', 'primary', 'givenName', 'room', 'department', ...paths),
  fc.string(),
)
const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))
const email = fc.record(
  { value: fc.constantFrom('a@x', 'b@x', 'c@x'), type: fc.constantFrom('work', 'home'), primary: fc.boolean() },
  { requiredKeys: [], noNullPrototype: true },
)
const value = fc.oneof(
  json,
  fc.array(email, { maxLength: 3 }),
  email,
  fc.dictionary(key, json, { noNullPrototype: true }),
)
const operation = fc.record(
  {
    op: fc.constantFrom('add', 'remove', 'replace', 'Replace'),
    path: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...paths) }, { weight: 1, arbitrary: fc.string() }),
    value,
  },
  { requiredKeys: ['op'], noNullPrototype: true },
)
const profileName = fc.constantFrom('strict' as const, 'default' as const, 'entra' as const, 'okta' as const)
const resource: fc.Arbitrary<JsonObject> = fc
  .record({ title: text, emails: fc.array(email, { maxLength: 3 }), tags: fc.array(text, { maxLength: 3 }) })
  .map(({ title, emails, tags }) => {
    const tolerance = under('default')
    return toUser({ title, emails, [fixture]: { tags, devices: [{ value: 'd1' }] } }, { tolerance }).attributes
  })

test('a PATCH never changes its input and never throws anything but a ScimError', () => {
  fc.assert(
    fc.property(resource, fc.array(operation, { maxLength: 4 }), profileName, (before, operations, name) => {
      const tolerance = under(name)
      try {
        const parsed = freeze(parsePatch({ schemas, Operations: freeze(operations) }, { tolerance }))
        const { resource: after, changes } = applyPatch(freeze(before), parsed, user, { tolerance, members: 'inline' })
        assert.deepEqual(diffResources(before, after, user), changes)
        assertSound(after)
      } catch (error) {
        assert.ok(error instanceof ScimError, error instanceof Error ? (error.stack ?? error.message) : String(error))
        assert.equal(error.status, 400)
      }
    }),
    { numRuns: 3000 },
  )
})

// A key of the value may be a path too (Entra ID).
const selects = (path: string | undefined): boolean => path?.includes('[') === true

test('replacing the same twice is the same as once', () => {
  const replace = fc.record(
    { path: fc.constantFrom(...paths), value },
    { requiredKeys: ['value'], noNullPrototype: true },
  )
  fc.assert(
    fc.property(resource, replace, (before, written) => {
      const tolerance = under('default')
      const run = (target: JsonObject) => {
        const operations = parsePatch({ schemas, Operations: [{ op: 'replace', ...written }] }, { tolerance })
        return applyPatch(target, operations, user, { tolerance, members: 'inline' }).resource
      }
      let once: JsonObject
      try {
        once = run(before)
      } catch (error) {
        assert.ok(error instanceof ScimError, String(error))
        return
      }
      // A filter that selected by what was replaced may select something else the second time.
      if (selects(written.path) || Object.keys(Object(written.value)).some(selects)) return
      assert.deepEqual(run(once), once)
    }),
    { numRuns: 2000 },
  )
})

test('every result of a PATCH is what normalising it gives', () => {
  fc.assert(
    fc.property(resource, fc.array(operation, { maxLength: 3 }), (before, operations) => {
      const tolerance = under('default')
      let after: JsonObject
      try {
        const parsed = parsePatch({ schemas, Operations: operations }, { tolerance })
        after = applyPatch(before, parsed, user, { tolerance, members: 'inline' }).resource
      } catch {
        return
      }
      const again = toUser({ active: true, ...after }, { tolerance: under('strict') }).attributes
      assert.deepEqual(diffResources({ active: true, ...after }, again, user), [])
    }),
    { numRuns: 1000 },
  )
})

/** What holds for every stored resource: required values, at most one primary, schemas that tell the truth. */
function assertSound(after: JsonObject): void {
  assert.ok(typeof after['userName'] === 'string' && after['userName'].trim() !== '')
  const emails = Array.isArray(after['emails']) ? after['emails'] : []
  assert.ok(emails.filter(isPrimary).length <= 1)
  const urns = [userSchema.id, enterprise, fixture].filter((urn) => urn === userSchema.id || after[urn] !== undefined)
  assert.deepEqual(after['schemas'], urns)
  assert.ok(!('password' in after))
}

function isPrimary(element: unknown): boolean {
  return isJsonObject(element) && element['primary'] === true
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  defineSchema,
  type enterpriseUserSchema,
  type groupSchema,
  type JsonObject,
  type ResourceOf,
  type userSchema,
} from '@rollcall/scim'

// The compiler runs these tests: `tsc -p .` fails when an inferred type is too wide or too narrow.

type User = ResourceOf<typeof userSchema>
type EnterpriseUser = ResourceOf<typeof userSchema, [typeof enterpriseUserSchema]>
type Group = ResourceOf<typeof groupSchema>

const badgeSchema = defineSchema({
  id: 'urn:example:Badge',
  name: 'Badge',
  attributes: [
    { name: 'number', required: true },
    { name: 'level', type: 'integer' },
    { name: 'doors', multiValued: true },
  ],
})
type BadgeUser = ResourceOf<typeof userSchema, [typeof enterpriseUserSchema, typeof badgeSchema]>

/** True when both types are one and the same. */
type IsEqual<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const isTrue = <T extends true>(value?: T) => value

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']

test('the type of a user follows from its schema', () => {
  const user: User = {
    schemas,
    userName: 'bjensen',
    active: true,
    name: { givenName: 'Barbara' },
    emails: [{ value: 'b@example.com', primary: true, type: 'work' }],
    meta: { resourceType: 'User' },
  }
  isTrue<IsEqual<User['userName'], string>>()
  isTrue<IsEqual<User['active'], boolean | undefined>>()
  isTrue<IsEqual<NonNullable<User['name']>['givenName'], string | undefined>>()
  isTrue<IsEqual<NonNullable<User['emails']>[number]['primary'], boolean | undefined>>()
  isTrue<IsEqual<User['id'], string | undefined>>()
  const json: JsonObject = user
  assert.equal(json['userName'], 'bjensen')
})

test('an extension stands under its URN', () => {
  const user: EnterpriseUser = {
    schemas,
    userName: 'bjensen',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Tours', manager: { value: 'm' } },
  }
  assert.equal(user['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User']?.manager?.value, 'm')
})

test('a schema of the application is inferred like those of the RFC', () => {
  const user: BadgeUser = { schemas, userName: 'b', 'urn:example:Badge': { number: '7', level: 3, doors: ['a'] } }
  isTrue<IsEqual<NonNullable<BadgeUser['urn:example:Badge']>['level'], number | undefined>>()
  isTrue<IsEqual<NonNullable<BadgeUser['urn:example:Badge']>['doors'], readonly string[] | undefined>>()
  isTrue<IsEqual<NonNullable<BadgeUser['urn:example:Badge']>['number'], string>>()
  assert.equal(user['urn:example:Badge']?.level, 3)
})

test('what the schema does not allow does not compile', () => {
  // @ts-expect-error userName is required
  const nameless: User = { schemas }
  // @ts-expect-error active is a boolean
  const inactive: User = { schemas, userName: 'a', active: 'False' }
  // @ts-expect-error emails are a list
  const single: User = { schemas, userName: 'a', emails: { value: 'a' } }
  // @ts-expect-error there is no such attribute
  const misspelt: User = { schemas, userName: 'a', userTitle: 'x' }
  // @ts-expect-error the extension was not named
  const extended: User = { schemas, userName: 'a', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {} }
  // @ts-expect-error the attribute is required in its extension
  const badgeless: BadgeUser = { schemas, userName: 'a', 'urn:example:Badge': {} }
  // @ts-expect-error displayName is required
  const group: Group = { schemas, members: [{ value: 'a' }] }
  const tags: User = { schemas, userName: 'a', emails: [{ value: 'a' }] }
  // @ts-expect-error resources are read-only
  tags.userName = 'b'
  assert.equal([nameless, inactive, single, misspelt, extended, badgeless, group].length, 7)
})

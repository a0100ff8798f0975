import assert from 'node:assert/strict'
import type { TargetProfileInput } from '@rollcall/admin-api'
import type { Outcome, Target } from '../../src/provisioning/targets/target.ts'
import type { FakeTarget } from './fake-target/fake-target.ts'
import type { FakeQuirks } from './fake-target/quirks.ts'

export type QuirkCase = {
  readonly name: string
  readonly quirks: Partial<FakeQuirks>
  readonly profile: TargetProfileInput
}

/** What servers do otherwise, and the profile that answers it. */
export const quirkCases: readonly QuirkCase[] = [
  { name: 'a server that does as the RFC says', quirks: {}, profile: {} },
  { name: 'PUT only', quirks: { hasPatch: false }, profile: { writes: 'put' } },
  {
    name: 'PUT only, with versions',
    quirks: { hasPatch: false, requiresVersion: true },
    profile: { writes: 'put', usesVersions: true },
  },
  { name: 'PATCH with versions', quirks: { requiresVersion: true }, profile: { usesVersions: true } },
  { name: 'no paths of elements', quirks: { hasElementPaths: false }, profile: { lists: 'whole' } },
  { name: 'lists replaced whole only', quirks: { replacesListsOnly: true }, profile: { lists: 'whole' } },
  { name: 'no paths at all', quirks: { paths: 'refused' }, profile: { patchForm: 'pathless' } },
  { name: 'a path in every operation', quirks: { paths: 'required' }, profile: {} },
  {
    name: 'Entra before 2020: capital letters, booleans as text',
    quirks: { operationCase: 'capitalised', booleansAsText: true },
    profile: { operationCase: 'capitalised', booleans: 'text' },
  },
  { name: 'Entra with its flag: one operation with dotted names', quirks: {}, profile: { patchForm: 'dotted' } },
  { name: 'small letters only', quirks: { operationCase: 'lower' }, profile: {} },
  { name: 'no externalId', quirks: { keepsExternalId: false }, profile: { keepsExternalId: false } },
  { name: 'PATCH answered with 204', quirks: { answersEmpty: true }, profile: {} },
  { name: 'pages that are counted from 0', quirks: { startIndexBase: 0 }, profile: { startIndexBase: 0 } },
  { name: 'flat filters', quirks: {}, profile: { elementFilters: 'flat' } },
  { name: "Entra's filters", quirks: {}, profile: { elementFilters: 'entra' } },
]

export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const before = {
  userName: 'anna@example.com',
  externalId: 'p1',
  active: true,
  title: 'Lead',
  'name.givenName': 'Anna',
  'name.familyName': 'Berg',
  'emails[type eq "work"].value': 'anna@example.com',
  'phoneNumbers[type eq "mobile"].value': null,
  [`${enterprise}:department`]: 'Sales',
}
const after = {
  ...before,
  active: false,
  title: null,
  'name.familyName': 'Cohn',
  'emails[type eq "work"].value': 'anna@example.org',
  'phoneNumbers[type eq "mobile"].value': '+49 1',
  [`${enterprise}:department`]: 'HR',
}

export function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (outcome.kind === 'done') return outcome.value
  assert.fail(`${outcome.kind} ${outcome.reason}: ${outcome.detail}`)
}

/** What the server holds in the end, whatever it writes booleans like. */
export function held(fake: FakeTarget, key: string) {
  const { active, title, name, emails, phoneNumbers, externalId, nickName, ...rest } =
    fake.users.get(key)?.resource ?? {}
  const department = (rest[enterprise] as { readonly department?: string } | undefined)?.department
  return { active: String(active).toLowerCase(), title, name, emails, phoneNumbers, externalId, nickName, department }
}

export async function changeAccount(fake: FakeTarget, target: Target): Promise<void> {
  const made = valueOf(await target.create('user', before))
  // What others write stays, among the values of a list too.
  const resource = fake.users.get(made.key)?.resource ?? {}
  const emails = [...(resource['emails'] as readonly object[]), { type: 'home', value: 'anna@home.example' }]
  fake.users.write(made.key, { ...resource, emails, nickName: 'Anni' })
  valueOf(await target.update('user', { key: made.key, before, after }))
  assert.deepEqual(held(fake, made.key), {
    active: 'false',
    title: undefined,
    name: { givenName: 'Anna', familyName: 'Cohn' },
    emails: [
      { type: 'work', value: 'anna@example.org' },
      { type: 'home', value: 'anna@home.example' },
    ],
    phoneNumbers: [{ type: 'mobile', value: '+49 1' }],
    externalId: target.abilities.keepsExternalId ? 'p1' : undefined,
    nickName: 'Anni',
    department: 'HR',
  })
  // Once more from an unknown state, and back: all that is managed is sent.
  valueOf(await target.update('user', { key: made.key, before: null, after: before }))
  const back = held(fake, made.key)
  assert.deepEqual([back.active, back.title, back.department], ['true', 'Lead', 'Sales'])
  assert.ok(!JSON.stringify(back.phoneNumbers ?? []).includes('+49'), 'the number is gone')

  const byMail = await target.find('user', [{ attribute: 'emails[type eq "work"].value', value: 'anna@example.com' }])
  const byHome = await target.find('user', [{ attribute: 'emails[type eq "work"].value', value: 'anna@home.example' }])
  assert.deepEqual([valueOf(byMail).map(({ key }) => key), valueOf(byHome)], [[made.key], []])
  valueOf(await target.remove('user', made.key))
}

export async function changeGroup(fake: FakeTarget, target: Target): Promise<void> {
  const people = ['a', 'b', 'c', 'd'].map((userName) => fake.users.insert({ userName }, { by: 'foreign' }).id)
  const [a = '', b = '', c = '', d = ''] = people
  const group = valueOf(await target.create('team', { displayName: 'Sales' }))
  valueOf(await target.changeMembers({ key: group.key, add: [a, b, c], remove: [], all: [a, b, c] }))
  valueOf(await target.changeMembers({ key: group.key, add: [d], remove: [a, b], all: [c, d] }))
  valueOf(
    await target.update('team', {
      key: group.key,
      before: { displayName: 'Sales' },
      after: { displayName: 'Sellers' },
    }),
  )
  const { resource, members } = fake.groups.get(group.key) ?? {}
  assert.deepEqual([resource?.['displayName'], [...(members ?? [])].toSorted()], ['Sellers', [c, d].toSorted()])
}

export const memberCases: readonly QuirkCase[] = [
  { name: 'removal by a list', quirks: { memberPathRemoval: 'refused' }, profile: { memberRemoval: 'values' } },
  {
    name: 'removal by path only',
    quirks: { memberListRemoval: 'all' },
    profile: { memberRemoval: 'path' },
  },
  {
    name: 'adding replaces all',
    quirks: { addReplacesMembers: true, memberPathRemoval: 'ignored' },
    profile: { memberAdding: 'whole' },
  },
  {
    name: 'groups shown without members',
    quirks: { showsMembers: false },
    profile: { showsMembers: false },
  },
]

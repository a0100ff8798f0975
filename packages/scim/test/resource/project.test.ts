import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type JsonObject, parseProjection, projectResource, userSchema, wantsAttribute } from '@rollcall/scim'
import { allowing, assertRefused, enterprise, fixture, group, user } from './subject.ts'

const babs: JsonObject = {
  schemas: [userSchema.id, enterprise],
  id: 'u1',
  userName: 'bjensen',
  name: { givenName: 'Babs', familyName: 'Jensen' },
  active: true,
  emails: [{ value: 'b@x', type: 'work' }, { type: 'home' }],
  meta: { resourceType: 'User', version: 'W/"1"' },
  [enterprise]: { department: 'Tours', manager: { value: 'm1', displayName: 'Boss' } },
}

type Parameters = { readonly attributes?: readonly string[]; readonly excludedAttributes?: readonly string[] }

function show(parameters: Parameters, resource = babs): JsonObject {
  return projectResource(resource, user, parseProjection(parameters, user))
}

const minimum = { schemas: babs['schemas'], id: 'u1' }

test('TRAP-C8: attributes gives what is always returned and what is named (RFC 7644 §3.9)', () => {
  assert.deepEqual(show({ attributes: ['userName'] }), { ...minimum, userName: 'bjensen' })
  assert.deepEqual(show({ attributes: ['USERNAME , active', 'name'] }), {
    ...minimum,
    userName: 'bjensen',
    name: babs['name'],
    active: true,
  })
  assert.deepEqual(show({ attributes: ['name.GivenName'] }), { ...minimum, name: { givenName: 'Babs' } })
  assert.deepEqual(show({ attributes: ['emails.value'] }), { ...minimum, emails: [{ value: 'b@x' }] })
  assert.deepEqual(show({ attributes: ['meta.version'] }), { ...minimum, meta: { version: 'W/"1"' } })
  assert.deepEqual(show({ attributes: ['bogus', 'name.bogus', 'a b', ''] }), minimum)
})

test('URN-qualified names and whole extensions can be named', () => {
  assert.deepEqual(show({ attributes: [`${userSchema.id}:userName`] }), { ...minimum, userName: 'bjensen' })
  assert.deepEqual(show({ attributes: [enterprise.toUpperCase()] }), { ...minimum, [enterprise]: babs[enterprise] })
  assert.deepEqual(show({ attributes: [`${enterprise}:manager.value`] }), {
    ...minimum,
    [enterprise]: { manager: { value: 'm1' } },
  })
  const { [enterprise]: _, ...rest } = babs
  assert.deepEqual(show({ excludedAttributes: [enterprise] }), rest)
  const { meta: _meta, ...core } = rest
  assert.deepEqual(show({ attributes: [userSchema.id] }), core)
})

test('a filter in a name is passed over, with commas and brackets in its quotes (Microsoft Postman)', () => {
  const name = 'emails[type eq "a,b]\\"" and value pr].type,userName'
  assert.deepEqual(show({ attributes: [name] }), {
    ...minimum,
    userName: 'bjensen',
    emails: [{ type: 'work' }, { type: 'home' }],
  })
  assert.deepEqual(show({ attributes: ['emails[type eq "work"]'] }), { ...minimum, emails: babs['emails'] })
})

test('names of an extension without its URN are found by the profile', () => {
  const named = { attributes: ['department'] }
  const tolerance = allowing('shortExtensionPath')
  assert.deepEqual(show(named), minimum)
  assert.deepEqual(projectResource(babs, user, parseProjection(named, user, { tolerance })), {
    ...minimum,
    [enterprise]: { department: 'Tours' },
  })
})

test('excludedAttributes takes away attributes, sub-attributes and emptied objects', () => {
  const { name: _name, meta: _meta, ...rest } = babs
  const excludedAttributes = ['name.givenName,NAME.familyname', 'meta']
  assert.deepEqual(show({ excludedAttributes }), rest)
  assert.deepEqual(show({ excludedAttributes: ['emails.type'] })['emails'], [{ value: 'b@x' }])
  assert.equal(show({ excludedAttributes: ['bogus'] }), babs)
})

test('TRAP-C9: attributes and excludedAttributes exclude each other', () => {
  assertRefused(() => show({ attributes: ['id'], excludedAttributes: ['name'] }), 'invalidValue')
  assert.deepEqual(show({ attributes: ['userName'], excludedAttributes: ['', ' , '] })['userName'], 'bjensen')
})

test('TRAP-C10: excluding what is always returned has no effect (RFC 7644 §3.4.2.5)', () => {
  assert.deepEqual(show({ excludedAttributes: ['id,schemas'] }), babs)
  assert.deepEqual(show({ excludedAttributes: [fixture] }, { id: 'u1', [fixture]: { onlyAlways: 'x', level: 1 } }), {
    id: 'u1',
    [fixture]: { onlyAlways: 'x' },
  })
})

test('TRAP-A12: what is never returned is not shown, not even when it is named (RFC 7643 §7)', () => {
  const leaking = { id: 'u1', userName: 'b', password: 'secret', [fixture]: { hidden: 'h', seat: { secret: 's' } } }
  for (const parameters of [{}, { attributes: ['userName,password', `${fixture}:hidden`, `${fixture}:seat.secret`] }])
    assert.deepEqual(show(parameters, leaking), { id: 'u1', userName: 'b' })
})

test('TRAP-A13: request, always and default decide for attributes and sub-attributes (RFC 7643 §7)', () => {
  const seat = { room: '1', note: 'n', plan: 'p', secret: 's' }
  const full = { id: 'u1', userName: 'b', [fixture]: { onRequest: 'r', onlyAlways: 'a', level: 1, seat } }
  assert.deepEqual(show({}, full)[fixture], { onlyAlways: 'a', level: 1, seat: { room: '1', plan: 'p' } })
  assert.deepEqual(show({ attributes: ['userName'] }, full)[fixture], { onlyAlways: 'a' })
  assert.deepEqual(show({ attributes: [`${fixture}:onRequest`, `${fixture}:seat.note`] }, full)[fixture], {
    onRequest: 'r',
    onlyAlways: 'a',
    seat: { note: 'n', plan: 'p' },
  })
  assert.deepEqual(show({ attributes: [fixture] }, full)[fixture], {
    onlyAlways: 'a',
    level: 1,
    seat: { room: '1', plan: 'p' },
  })
  assert.deepEqual(show({ excludedAttributes: [`${fixture}:seat.plan`, `${fixture}:seat.room`] }, full)[fixture], {
    onlyAlways: 'a',
    level: 1,
    seat: { plan: 'p' },
  })
})

test('what the schema does not know is not shown', () => {
  assert.deepEqual(show({}, { id: 'u1', bogus: 1, 'urn:example:gone': { a: 1 }, [enterprise]: { bogus: 1 } }), {
    id: 'u1',
  })
})

test('a resource of which everything is shown is given back as it is', () => {
  assert.equal(show({}), babs)
})

test('TRAP-C12: members and groups are wanted exactly when an answer shows a part of them', () => {
  const wants = (parameters: Parameters) => wantsAttribute(parseProjection(parameters, group), group, 'members')
  assert.deepEqual([{}, { attributes: ['members.value'] }, { excludedAttributes: ['members.display'] }].map(wants), [
    true,
    true,
    true,
  ])
  assert.deepEqual([{ attributes: ['displayName'] }, { excludedAttributes: ['MEMBERS'] }].map(wants), [false, false])
  assert.equal(wantsAttribute({ kind: 'default' }, user, 'groups'), true)
  assert.equal(wantsAttribute({ kind: 'default' }, user, 'members'), false)
})

test('AC-G10: excludedAttributes=members leaves the members out', () => {
  const resource = { id: 'g1', displayName: 'G', members: [{ value: 'a' }] }
  const projection = parseProjection({ excludedAttributes: ['members'] }, group)
  assert.deepEqual(projectResource(resource, group, projection), { id: 'g1', displayName: 'G' })
})

test('a list of many names and brackets is read in linear time', () => {
  const started = performance.now()
  parseProjection({ attributes: ['['.repeat(200_000), '"['.repeat(200_000), 'a,'.repeat(100_000)] }, user)
  assert.ok(performance.now() - started < 5000)
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAuditHarness } from './audit-harness.ts'

let admin: Awaited<ReturnType<typeof createAuditHarness>>
before(async () => {
  admin = await createAuditHarness()
})
after(() => admin[Symbol.asyncDispose]())

const replace = (path: string, value: unknown) => ({ op: 'replace', path, value })

test('AC-G32: soft deprovision and reprovision are exactly GitHub’s events, and never an update', async () => {
  const place = await admin.audited('g32')
  const id = await place.source1.user('ada@g32.example')
  const soft = await place.during(() => place.source1.patch(`/Users/${id}`, replace('active', false)))
  assert.deepEqual(soft, [
    'user.suspend',
    'user.remove_email',
    'user.rename',
    'external_identity.deprovision',
    'external_identity.scim_api_success',
  ])
  const again = await place.during(() => place.source1.patch(`/Users/${id}`, replace('active', true)))
  assert.deepEqual(again, [
    'user.unsuspend',
    'user.remove_email',
    'user.rename',
    'external_identity.provision',
    'external_identity.scim_api_success',
  ])
  const hard = await place.during(() => place.source1.scim('DELETE', `/Users/${id}`))
  assert.deepEqual(hard, ['external_identity.deprovision', 'user.remove_email', 'external_identity.scim_api_success'])
})

test('AC-G32: creating, updating, and every act on a group have GitHub’s names in their order', async () => {
  const place = await admin.audited('g32b')
  let user = ''
  let group = ''
  assert.deepEqual(
    await place.during(async () => {
      user = await place.source1.user('bob@g32.example')
    }),
    ['external_identity.provision', 'user.create', 'external_identity.scim_api_success'],
  )
  assert.deepEqual(await place.during(() => place.source1.patch(`/Users/${user}`, replace('title', 'x'))), [
    'external_identity.update',
    'external_identity.scim_api_success',
  ])
  assert.deepEqual(
    await place.during(async () => {
      group = await place.source1.group('Crew', [user])
    }),
    ['external_group.provision', 'external_group.add_member', 'team.add_member', 'external_group.scim_api_success'],
  )
  const remove = { op: 'remove', path: `members[value eq "${user}"]` }
  assert.deepEqual(await place.during(() => place.source1.patch(`/Groups/${group}`, remove)), [
    'external_group.update',
    'external_group.remove_member',
    'team.remove_member',
    'external_group.scim_api_success',
  ])
  assert.deepEqual(
    await place.during(() => place.source1.patch(`/Groups/${group}`, replace('displayName', 'Crew 2'))),
    ['external_group.update', 'external_group.update_display_name', 'external_group.scim_api_success'],
  )
  assert.deepEqual(await place.during(() => place.source1.scim('DELETE', `/Groups/${group}`)), [
    'external_group.delete',
    'external_group.scim_api_success',
  ])
})

test('AC-G16: GitHub’s enterprise_owner by GUID makes an owner, and business.add_admin says so', async () => {
  const place = await admin.audited('g16', { style: 'github' })
  const roles = [{ value: '981df190-8801-4618-a08a-d91f6206c954', primary: true }]
  const attributes = { externalId: 'e-1', displayName: 'Eve', name: { givenName: 'Eve', familyName: 'Adams' }, roles }
  const made = await place.source1.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'eve',
    active: true,
    emails: [{ value: 'eve@g16.example', type: 'work', primary: true }],
    ...attributes,
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const events = await place.events('user:eve')
  assert.deepEqual(
    events.map(({ action }) => action),
    ['external_identity.provision', 'user.create', 'business.add_admin', 'external_identity.scim_api_success'],
  )
  const account = await place.find('eve')
  assert.equal(events[2].targets[0], account.id)
})

test('AC-G31: every SCIM write is a success or a failure with method, query, body, route, status, path and message', async () => {
  const place = await admin.audited('g31')
  const id = await place.source1.user('ann@g31.example', { externalId: 'x-31' })
  await place.source1.scim('GET', `/Users/${id}`)
  await place.source1.scim('GET', '/Users?filter=userName%20eq%20%22ann%22')
  await place.source1.scim('POST', '/Users/.search', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
  })
  const twice = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ann@g31.example' }
  assert.equal((await place.source1.scim('POST', '/Users?attributes=userName', twice)).status, 409)
  assert.equal((await place.source1.scim('GET', '/Users?filter=nonsense')).status, 400)
  assert.equal((await place.source1.scim('DELETE', '/Groups/no-such-group')).status, 404)
  const [made, conflict, filter, missing, ...others] = await place.events('event:Request')
  assert.deepEqual(others, [])
  assert.equal(made.action, 'external_identity.scim_api_success')
  assert.deepEqual(
    [conflict.action, filter.action, missing.action],
    ['external_identity.scim_api_failure', 'external_identity.scim_api_failure', 'external_group.scim_api_failure'],
  )
  const { method, query, body, route, status, path, message } = conflict.request
  assert.deepEqual(
    [method, query, route, status, path],
    ['POST', 'attributes=userName', '/scim/v2/Users', 409, '/scim/v2/Users'],
  )
  assert.deepEqual(JSON.parse(body), twice)
  assert.match(message, /ann@g31\.example|already|taken/i)
  assert.equal(filter.request.query, 'filter=nonsense')
  assert.equal(conflict.result, 'failure')
  assert.match(conflict.actor.id, /^key_/)
  assert.equal(conflict.actor.details.isBot, true)
  assert.equal(conflict.context.ip, '127.0.0.1')
  // Found by what GitHub’s documentation asks for.
  assert.equal((await place.events('action:external_identity.scim_api_failure')).length, 2)
  assert.equal((await place.events('action:external_identity.provision user:ann@g31.example')).length, 1)
})

test('CON-I10: events carry the identities by which others know the person', async () => {
  const place = await admin.audited('i10')
  await place.source1.user('ivy@i10.example', {
    externalId: '00u-ivy',
    emails: [{ value: 'ivy@mail.example', type: 'work' }],
  })
  for (const name of ['ivy@i10.example', '00u-ivy', 'ivy@mail.example']) {
    const [event] = await place.events(`action:external_identity.provision user:${name}`)
    assert.equal(event?.identity.userName, 'ivy@i10.example', name)
    assert.equal(event?.identity.externalId, '00u-ivy')
  }
})

test('the log of a deactivation in Okta shows the active flag and no DELETE, and shows one where there was one', async () => {
  const place = await admin.audited('okta', { profile: 'okta' })
  const id = await place.source1.user('olga@okta.example')
  await place.source1.scim('PATCH', `/Users/${id}`, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', value: { active: false } }],
  })
  assert.deepEqual(await place.events('method:DELETE'), [])
  const [suspended] = await place.events('action:user.suspend user:olga@okta.example')
  assert.deepEqual(suspended.changes, [{ path: 'active', before: true, after: false }])
  await place.source1.scim('DELETE', `/Users/${id}`)
  assert.equal((await place.events('method:DELETE user:olga@okta.example')).length, 1)
})

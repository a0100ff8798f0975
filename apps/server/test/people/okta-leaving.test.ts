import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { createPerson, createVisitor, password, type Visitor } from '../sign-in/visitor.ts'

// Okta never deletes a person and sends nothing when one is suspended there: `active` alone says who left.
const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group'

let server: TestProvisioning
let okta: TestTenant
let adminKey = ''

before(async () => {
  server = await createTestProvisioning()
  okta = await server.createTenant('acme')
  adminKey = (await okta.createKey({ scopes: ['admin:enterprise'] })).secret
})
after(() => server.close())

/** The admin API, below the organization. */
async function api(method: string, path: string, body?: object) {
  const response = await server.fetch(`/api/v1/organizations/acme${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${path}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

/** What Okta's own apps send: no path. */
function setActive(id: string, active: boolean) {
  const Operations = [{ op: 'replace', value: { active } }]
  return okta.scim('PATCH', `/Users/${id}`, { schemas: [patchSchema], Operations })
}

/** What apps made with its wizard send: the person as read, changed. */
async function putActive(id: string, active: boolean) {
  const { text } = await okta.scim('GET', `/Users/${id}`)
  return okta.scim('PUT', `/Users/${id}`, { ...JSON.parse(text), active })
}

async function signIn(userName: string): Promise<Visitor> {
  const visitor = createVisitor(server)
  await visitor.post({ name: userName, password }, '/o/acme/sign-in')
  assert.equal((await visitor.get('/account')).status, 200)
  return visitor
}

/** A person who is in all of it: signed in, with a key, in a pushed group and in a team of our own. */
async function join(userName: string) {
  const { id, scimId } = await createPerson(server, okta, { userName })
  const people = await api('GET', `/people?search=${encodeURIComponent(userName)}`)
  const account: string = people.data[0].id
  const group = await okta.scim('POST', '/Groups', {
    schemas: [groupSchema],
    displayName: `Group of ${userName}`,
    members: [{ value: scimId }],
  })
  assert.equal(group.status, 201)
  const team = await api('POST', '/teams', { name: `Team of ${userName}` })
  await api('POST', `/teams/${team.id}/members`, { members: [account] })
  const { secret } = await okta.createKey({ scopes: ['people:read'], userId: id })
  const keyAnswers = async () => {
    const headers = { authorization: `Bearer ${secret}` }
    return (await server.fetch('/api/v1/whoami', { headers })).status
  }
  const visitor = await signIn(userName)
  const inTeam = async () => (await api('GET', `/teams/${team.id}/members`)).data.length
  const state = async () => (await api('GET', `/people/${account}`)).state
  return { scimId, groupId: group.body.id, account, visitor, keyAnswers, inTeam, state }
}

test('AC-O10: leaving goes by the active flag alone: no DELETE comes, and everything ends and comes back with the flag', async () => {
  const leave = [setActive, putActive] as const
  for (const [at, change] of leave.entries()) {
    const userName = `ada${at}@acme.example`
    const ada = await join(userName)
    // Suspended in Okta: nothing is sent, so nothing changes here.
    assert.deepEqual([await ada.state(), await ada.keyAnswers(), await ada.inTeam()], ['active', 200, 1])

    // Unassigned, deactivated or out of the group that assigns the app: the flag.
    assert.ok([200, 204].includes((await change(ada.scimId, false)).status))
    server.clock.advance(1_001)
    assert.equal(await ada.state(), 'suspended')
    assert.match((await ada.visitor.get('/account')).path, /^\/sign-in/, 'the session is over')
    const again = await ada.visitor.post({ name: userName, password }, '/o/acme/sign-in')
    assert.match(again.html, /Your account is suspended/)
    assert.equal(await ada.keyAnswers(), 401)
    assert.equal(await ada.inTeam(), 0)
    assert.deepEqual(await teamsThatShow(ada.account), [], 'in the view of no team')

    // Deleted in Okta afterwards: nothing is sent. Okta's look-up finds the person as before.
    const filter = encodeURIComponent(`userName eq "${userName}"`)
    const found = await okta.scim('GET', `/Users?filter=${filter}&startIndex=1&count=100`)
    assert.deepEqual(
      found.body.Resources.map(({ id, active }) => [id, active]),
      [[ada.scimId, false]],
    )

    // Assigned again: same id, attributes pushed anew, and everything is there again.
    assert.ok([200, 204].includes((await change(ada.scimId, true)).status))
    const pushed = await okta.scim('PUT', `/Users/${ada.scimId}`, {
      schemas: [userSchema],
      userName,
      displayName: 'Ada again',
      emails: [{ value: userName, primary: true, type: 'work' }],
      active: true,
    })
    assert.deepEqual([pushed.status, pushed.body.id, pushed.body.active], [200, ada.scimId, true])
    server.clock.advance(1_001)
    assert.deepEqual([await ada.state(), await ada.keyAnswers(), await ada.inTeam()], ['active', 200, 1])
    const { text } = await okta.scim('GET', `/Groups/${ada.groupId}`)
    assert.equal(JSON.parse(text).members[0]?.value, ada.scimId)
    await signIn(userName)
  }

  assert.equal((await requestsOf('PATCH')).length, 2)
  assert.deepEqual(await requestsOf('DELETE'), [], 'the request log shows no DELETE')
})

/** The teams that show the person. */
async function teamsThatShow(account: string): Promise<readonly string[]> {
  const { data } = await api('GET', '/teams')
  const shown = await Promise.all(
    data.map(async ({ id, name }: { id: string; name: string }) => {
      const members: { readonly data: readonly { readonly id: string }[] } = await api('GET', `/teams/${id}/members`)
      return members.data.some((member) => member.id === account) ? [name] : []
    }),
  )
  return shown.flat()
}

async function requestsOf(method: string): Promise<readonly string[]> {
  const { data } = await api('GET', `/requests?method=${method}`)
  return data.map(({ path }: { path: string }) => path)
}

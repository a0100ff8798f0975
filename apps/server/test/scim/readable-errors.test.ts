import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  createConnectionHarness,
  type ConnectionHarness,
  type TestConnection,
} from '../connections/connection-harness.ts'

let server: ConnectionHarness
let okta: TestConnection
let github: TestConnection
let id = ''
let group = ''

before(async () => {
  server = await createConnectionHarness()
  const acme = await server.organization('acme')
  okta = await acme.connect({ preset: 'okta' })
  github = await acme.connect({ style: 'github' })
  id = await okta.create('taken')
  group = await okta.group('crew', [id])
})
after(() => server[Symbol.asyncDispose]())

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

test('AC-O30: what an administrator reads verbatim names the field at fault and what would do', async () => {
  const { name: _, ...unnamed } = { ...github.person('octocat'), name: undefined }
  const cases: readonly (readonly [TestConnection, string, string, unknown, number, RegExp])[] = [
    [okta, 'POST', '/Users', { schemas }, 400, /"?userName"? is required|required.*userName/],
    [okta, 'POST', '/Users', okta.person('TAKEN'), 409, /userName "TAKEN" is taken by another user/],
    [okta, 'POST', '/Users', { schemas, userName: 7 }, 400, /userName.*(text|string)/],
    [okta, 'POST', '/Users', { schemas, userName: 'x', active: 'maybe' }, 400, /active.*true or false/],
    [okta, 'POST', '/Users', { schemas, userName: 'x', emails: 7 }, 400, /emails/],
    [github, 'POST', '/Users', { ...unnamed, externalId: undefined }, 400, /externalId/],
    [
      okta,
      'PATCH',
      `/Users/${id}`,
      patchOf({ op: 'renew', path: 'title', value: 'x' }),
      400,
      /op.*add.*remove.*replace/,
    ],
    [okta, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'titel', value: 'x' }), 400, /titel/],
    [okta, 'PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'userName' }), 400, /value/],
    [okta, 'PUT', `/Users/${id}`, { schemas }, 400, /userName/],
    [okta, 'POST', '/Groups', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'] }, 400, /displayName/],
    [
      okta,
      'PATCH',
      `/Groups/${group}`,
      patchOf({ op: 'add', path: 'members', value: [{ value: 'nobody' }] }),
      400,
      /nobody/,
    ],
    [okta, 'GET', '/Users?filter=userName%20equals%20%22x%22', undefined, 400, /equals/],
    [okta, 'GET', '/Users?startIndex=first', undefined, 400, /startIndex/],
    [okta, 'POST', '/Users', '{"userName":', 400, /JSON/],
    [okta, 'GET', '/Users/00919288221112222', undefined, 404, /00919288221112222/],
    [okta, 'GET', '/People', undefined, 404, /People/],
  ]
  for (const [connection, method, path, body, status, words] of cases) {
    const answer = await connection.scim(method, path, body)
    const what = `${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`
    assert.equal(answer.status, status, what)
    assert.match(answer.body.detail, words, what)
    assert.ok(answer.body.detail.length < 500, what)
    assert.doesNotMatch(answer.body.detail, /undefined|\[object|Error: |\n/, what)
  }
})

test('AC-O30: the same text stands in the request log, beside the request that it answers', async () => {
  const acme = await server.organization('logged')
  const connection = await acme.connect()
  const refused = await connection.scim('POST', '/Users', { schemas })
  await server.logged()
  const { body } = await acme.send('GET', '/requests?failed=true')
  assert.equal(body.data[0].detail, refused.body.detail)
  const health = await acme.send('GET', `${connection.at}/health`)
  assert.equal(health.body.errors[0].detail, refused.body.detail)
})

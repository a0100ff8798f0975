import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { create, toGroup, toUser } from '../bad-input/refusal.ts'
import {
  createListeningProvisioning,
  requestHead,
  sendRaw,
  type ListeningProvisioning,
  type RawAnswer,
} from '../harness/listening.ts'
import type { TestTenant } from '../harness/provisioning.ts'

let server: ListeningProvisioning
let acme: TestTenant
let userId: string
before(async () => {
  server = await createListeningProvisioning()
  acme = await server.createTenant('acme')
  userId = await create(acme, '/Users', toUser('ann@example.com', { externalId: 'é-1', name: { givenName: 'Zoë' } }))
  await create(acme, '/Groups', toGroup('Team', { members: [{ value: userId }] }))
})
after(() => server.close())

type Headers = Readonly<Record<string, string | number>>

async function ask(target: string, headers: Headers = {}, method = 'GET'): Promise<RawAnswer> {
  const [answer] = await sendRaw(server.port, requestHead(acme, `${method} ${target}`, headers))
  assert.ok(answer !== undefined, `${target} got no answer`)
  return answer
}

/** What differs between two answers of the same: when, and how many requests are left. */
function toComparable({ status, headers, body }: RawAnswer): object {
  const moving = new Set(['date', 'ratelimit'])
  return { status, body, headers: new Map([...headers].filter(([name]) => !moving.has(name)).toSorted()) }
}

test('a GET is answered the same whether it goes the short way, which has no body, or the long one', async () => {
  const filter = encodeURIComponent('userName eq "ANN@example.com"')
  const cases: readonly (readonly [path: string, headers?: Headers])[] = [
    [`/Users/${userId}`],
    [`/Users/${userId}?attributes=userName`],
    [`/Users/${userId}`, { 'if-none-match': 'W/"1"' }],
    [`/Users/${userId}`, { 'if-match': 'W/"7"' }],
    [`/Users/${userId}`, { authorization: 'Bearer nobody' }],
    [`/Users/${userId}`, { accept: 'text/csv' }],
    ['/Users/0192d3f0-0000-7000-8000-000000000000'],
    [`/Users?filter=${filter}&startIndex=1&count=100`],
    ['/Users?filter=%22'],
    ['/Users?filter=%zz'],
    ['/Groups'],
    ['/Nope'],
    ['/ServiceProviderConfig'],
  ]
  for (const [path, headers = {}] of cases) {
    const told = { 'x-request-id': 'the-same', ...headers }
    const short = await ask(`/scim/v2${path}`, told)
    const long = await ask(`/scim/v2${path}`, { ...told, 'content-length': 0 })
    assert.deepEqual(toComparable(short), toComparable(long), `${path} ${JSON.stringify(headers)}`)
    assert.equal(short.headers.get('x-request-id'), 'the-same', path)
  }
})

test('what a client sends twice, or writes with dots, means the same as on the long way', async () => {
  const key = `authorization: Bearer ${acme.key}\r\n`
  const twice = `GET /scim/v2/Users/${userId} HTTP/1.1\r\nhost: localhost\r\n${key}${key}connection: close\r\n\r\n`
  const [refused] = await sendRaw(server.port, twice)
  assert.equal(refused?.status, 401)
  const dotted = await ask(`/scim/v2/x/../Users/${userId}`)
  assert.equal(dotted.status, 200)
  const [foreign] = await sendRaw(server.port, twice.replace('host: localhost', 'host: a b').replace(key, ''))
  assert.equal(foreign?.status, 400)
})

test('a HEAD has the header of the GET and no body', async () => {
  const head = await ask(`/scim/v2/Users/${userId}`, {}, 'HEAD')
  const get = await ask(`/scim/v2/Users/${userId}`)
  assert.equal(head.status, 200)
  assert.equal(head.headers.get('etag'), get.headers.get('etag'))
  assert.ok(JSON.parse(get.body).name.givenName === 'Zoë', get.body)
})

test('a group that is too long for one text is streamed', async () => {
  const ids: string[] = []
  for (let index = 0; index < 400; index++) ids.push(await create(acme, '/Users', toUser(`p${index}@example.com`)))
  const groupId = await create(acme, '/Groups', toGroup('Many', { members: ids.map((value) => ({ value })) }))
  const response = await fetch(`${server.url}/scim/v2/Groups/${groupId}`, {
    headers: { authorization: `Bearer ${acme.key}` },
  })
  assert.equal(response.headers.get('content-length'), null)
  const body = (await response.json()) as { members: { value: string }[] }
  assert.deepEqual(new Set(body.members.map(({ value }) => value)), new Set(ids))
})

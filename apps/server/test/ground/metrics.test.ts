import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestProvisioning, scimInit, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { startServer, temporaryFolder } from '../harness/spawn.ts'
import { lintFamilies, parseExposition, type Family } from './exposition.ts'

let server: TestProvisioning
let tenant: TestTenant
before(async () => {
  server = await createTestProvisioning()
  tenant = await server.createTenant('acme')
})
after(() => server.close())

async function scrape(): Promise<{ readonly text: string; readonly families: readonly Family[] }> {
  const { text, headers } = await server.send('/metrics')
  assert.equal(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  return { text, families: parseExposition(text) }
}

test('CON-C3: /metrics of a running server is Prometheus text with names of area, thing and base unit, and the build', async () => {
  using data = temporaryFolder()
  await using running = await startServer({ environment: { ROLLCALL_DATA_DIR: data.path } })
  await fetch(`${running.url}/livez`)
  const families = parseExposition(await (await fetch(`${running.url}/metrics`)).text())
  assert.deepEqual(lintFamilies(families), [])
  for (const { name } of families) assert.match(name, /^(?:rollcall|http_server|process|nodejs)_[a-z0-9_]+$/)
  const build = families.find(({ name }) => name === 'rollcall_build_info')
  assert.deepEqual([build?.samples.length, build?.samples[0]?.value], [1, 1])
  assert.deepEqual([...(build?.samples[0]?.labels.keys() ?? [])], ['version', 'commit'])
  const names = new Set(families.map(({ name }) => name))
  for (const name of ['rollcall_jobs_queue_depth', 'rollcall_jobs_oldest_seconds', 'rollcall_database_connections'])
    assert.ok(names.has(name), name)
})

test('the checker of the format itself finds what is wrong', () => {
  const help = '# HELP rollcall_a_total a\n# TYPE rollcall_a_total'
  assert.throws(() => parseExposition(`${help} counter\nrollcall_b_total 1\n`), /belongs to no family/)
  assert.throws(() => parseExposition(`${help} counter\nrollcall_a_total{x="1" y="2"} 1\n`), /labels/)
  assert.throws(() => parseExposition(`${help} counter\nrollcall_a_total one\n`), /number|family/)
  assert.throws(() => parseExposition(`${help} counter\nrollcall_a_total 1`), /does not end/)
  const bad = parseExposition(
    `${help} gauge\nrollcall_a_total 1\n# TYPE rollcall_wait_ms counter\nrollcall_wait_ms 1\n`,
  )
  assert.deepEqual(lintFamilies(bad).length, 4)
})

const visits = 40

test('CON-C6: 10,000 people, their requests and their ids add no series', async () => {
  const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
  const first = await tenant.scim('POST', '/Users', { schemas: [core], userName: 'first@example.com' })
  const visit = async (id: string, name: string): Promise<void> => {
    await tenant.scim('GET', `/Users/${id}`)
    await tenant.scim('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`)
    await tenant.scim('PATCH', `/Users/${id}`, patch(`title of ${name}`))
    await server.send(`/no/such/path/${id}`)
    await server.send(`/o/${id.slice(0, 8)}/scim/v2/Users`, scimInit('GET', { key: `rc_scm_${id}` }))
  }
  // As often as below: whoever guesses keys is throttled at some point, which is one more status.
  for (let times = 0; times < visits; times++) await visit(first.body.id, 'first@example.com')
  await tenant.scim('POST', '/Bulk', bulkOf(0, 1))
  await tenant.scim('GET', '/Users?count=1')
  // The first look is itself a request that the second one sees.
  await scrape()
  const before_ = countSeries((await scrape()).families)
  for (let start = 1; start <= 10_000; start += 1_000) {
    const answer = await tenant.scim('POST', '/Bulk', bulkOf(start, 1_000))
    assert.equal(answer.status, 200)
  }
  const page = await tenant.scim('GET', `/Users?count=${visits}&startIndex=5000`)
  for (const person of page.body.Resources) await visit(person.id, person.userName)
  const after_ = await scrape()
  assert.equal(countSeries(after_.families), before_)
  assert.doesNotMatch(after_.text, /example\.com|[0-9a-f]{8}-[0-9a-f]{4}-7|acme/)

  function bulkOf(start: number, count: number): object {
    const Operations = Array.from({ length: count }, (_, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `b${index}`,
      data: { schemas: [core], userName: `person-${start + index}@example.com` },
    }))
    return { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations }
  }
})

function patch(title: string): object {
  const Operations = [{ op: 'replace', path: 'title', value: title }]
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}

function countSeries(families: readonly Family[]): number {
  return families.reduce((sum, { samples }) => sum + samples.length, 0)
}

import assert from 'node:assert/strict'
import { createServer, request as ask, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { insertNotice } from '../../server/src/db/queries/notices.ts'
import { createId } from '../../server/src/type-id.ts'
import { createConsole, type ConsoleSite } from './console-harness.ts'

async function addNotice({ site: { application }, tenant }: ConsoleSite): Promise<void> {
  const id = createId()
  await insertNotice(application.database, {
    organizationId: tenant.organization.id,
    id,
    kind: 'keyExpiring',
    keyId: createId(),
    occasion: id,
    data: {},
    createdAt: application.clock(),
  })
}

/** A proxy that hands on an answer only when it has all of it, as some do: of a stream nothing ever arrives. */
async function startBufferingProxy(port: number): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) => {
    const { method, url: path, headers } = request
    const onward = ask({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', () => response.destroy())
      answer.on('end', () => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        response.end(Buffer.concat(chunks))
      })
    })
    onward.on('error', () => response.destroy())
    response.on('close', () => onward.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo // it listens on a port
  return { server, port: own }
}

const alerts = (page: Page, count: number) =>
  page.getByRole('button', { name: `${count} alert${count === 1 ? '' : 's'}` })

test('what happens shows at once in every tab of a browser, over one stream', async () => {
  await using console = await createConsole()
  const { page, context, visit, complaints } = await console.signIn('ada@acme.example')
  const streams: string[] = []
  context.on('request', (request) => {
    if (request.resourceType() === 'eventsource') streams.push(request.url())
  })
  await visit('/users')
  const second = await context.newPage()
  await second.goto(page.url())
  await second.locator('main h1').waitFor()
  await Promise.all([page, second].map((each) => each.getByRole('button', { name: 'No alerts' }).waitFor()))
  await page.waitForTimeout(4_000)
  assert.equal(streams.length, 1)
  const polls: string[] = []
  context.on('request', (request) => polls.push(request.url()))
  await page.waitForTimeout(6_000)
  assert.deepEqual(
    polls.filter((url) => url.includes('/notices')),
    [],
    'nobody asks while the stream tells',
  )
  await addNotice(console)
  await Promise.all([page, second].map((each) => alerts(each, 1).waitFor()))
  await page.close()
  await second.waitForTimeout(7_000)
  await addNotice(console)
  await alerts(second, 2).waitFor()
  assert.equal(streams.length, 2, 'the other tab took over')
  assert.deepEqual(complaints, [])
})

test('CON-O6: below a path and behind a proxy that holds answers back it works, and asks by itself for what the stream cannot tell', async () => {
  await using console = await createConsole({ path: '/tools/rollcall' })
  const { server, port } = await startBufferingProxy(console.site.port)
  try {
    const { page, complaints } = await console.signIn('ada@acme.example')
    const asked: string[] = []
    page.on('request', (request) => asked.push(new URL(request.url()).pathname))
    await page.goto(`http://localhost:${port}/tools/rollcall/console/acme/users`)
    await page.getByRole('grid').getByRole('row').nth(1).waitFor()
    await page.getByRole('button', { name: 'No alerts' }).waitFor()
    await addNotice(console)
    await alerts(page, 1).waitFor()
    assert.ok(asked.some((path) => path.endsWith('/live')))
    assert.deepEqual(
      asked.filter((path) => !path.startsWith('/tools/rollcall/')),
      [],
    )
    assert.deepEqual(complaints, [])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

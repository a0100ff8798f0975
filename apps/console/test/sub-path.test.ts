import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConsole } from './console-harness.ts'

test('below the path of the public address everything is found, also when a page is opened by its own address', async () => {
  await using console = await createConsole({ path: '/tools/rollcall' })
  await console.addPeople(5)
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  await visit('/users')
  assert.equal(new URL(page.url()).pathname, '/tools/rollcall/console/acme/users')
  await page.getByRole('grid').getByRole('row').nth(2).click()
  await page.getByRole('dialog').getByRole('link', { name: 'Open page' }).click()
  await page.getByRole('heading', { level: 1, name: /^Person/ }).waitFor()
  await page.reload()
  await page.getByRole('heading', { level: 1, name: /^Person/ }).waitFor()
  assert.deepEqual(
    asked.filter((path) => !path.startsWith('/tools/rollcall/')),
    [],
  )
  await page.goto(`${console.site.url}/`)
  await page.waitForURL(/\/tools\/rollcall\/console\/acme\/\w+/)
  assert.deepEqual(complaints, [])
})

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { findFaults } from '../../../scripts/check-catalogues.mjs'
import { createConsole } from './console-harness.ts'

const source = fileURLToPath(new URL('../src/', import.meta.url))

/** What people read of the page that is no data: it must stand between the brackets of the pseudo-language. */
async function findPlainWords(page: Page): Promise<readonly string[]> {
  const places =
    'h1, h2, nav a, nav p, main button, [role="columnheader"], [role="search"] input, header button, label, summary'
  const found = await page
    .locator(places)
    .evaluateAll((elements) =>
      elements.flatMap((element) => [
        ...[...element.childNodes].filter(({ nodeType }) => nodeType === 3).map(({ textContent }) => textContent ?? ''),
        element.getAttribute('placeholder') ?? '',
        element.getAttribute('title') ?? '',
      ]),
    )
  return found.map((text) => text.trim()).filter((text) => /\p{L}{2}/u.test(text) && !/^\[.*\]$/.test(text))
}

test('CON-O3: the words are whole in four languages and stand in catalogues alone, and in the pseudo-language nothing is plain or cut off', async () => {
  const paths = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(?:ts|tsx|json)$/.test(path),
  )
  assert.ok(paths.filter((path) => path.startsWith('locales/')).length >= 8)
  assert.deepEqual(
    findFaults(paths, (path) => readFileSync(source + path, 'utf8')),
    [],
  )

  await using console = await createConsole()
  await console.addPeople(5)
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await page.addInitScript(() => localStorage.setItem('rollcall.language', 'en-XA'))
  for (const path of ['/users', '/users?tab=deleted', '/users?tab=invitations', '/users?q=nobody']) {
    await visit(path)
    await page.locator('main [role=grid], main section p').first().waitFor()
    assert.match((await page.locator('h1').textContent()) ?? '', /^\[.*\]$/)
    assert.deepEqual(await findPlainWords(page), [], path)
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 800 })
      const [wide, inner] = await page
        .locator('html')
        .evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth])
      assert.equal(wide, inner, `${path} at ${width}: nothing sticks out`)
    }
  }
  assert.deepEqual(complaints, [])
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { checkAccessibility } from './accessibility.ts'
import { createDemoConsole, type DemoConsole } from './demo-console.ts'
import { findScreens, listPatterns, type Screen } from './screens.ts'

let console: DemoConsole
let screens: readonly Screen[]

before(async () => {
  console = await createDemoConsole()
  screens = await findScreens(await console.open({ locale: 'en-US', dark: false }))
})
after(() => console[Symbol.asyncDispose]())

test('every entry of the rail is among the screens that are looked at', () => {
  // As text: its types know React, whose own idea of the DOM would reach the other tests.
  const rail = readFileSync(new URL('../src/shell/navigation.ts', import.meta.url), 'utf8')
  const entries = [...rail.matchAll(/to: '\/\$organization(\/[^']*)'/g)].map(([, path = '']) => path)
  const patterns = listPatterns()
  assert.ok(entries.length > 0)
  assert.deepEqual(
    entries.filter((path) => !patterns.includes(path)),
    [],
  )
})

for (const look of [
  { name: 'English and light', locale: 'en-US', dark: false },
  { name: 'Korean and dark', locale: 'ko-KR', dark: true },
])
  test(`every screen is accessible in ${look.name}`, async (t) => {
    const visitor = await console.open(look)
    for (const { pattern, path } of screens) {
      if (path === undefined) {
        t.diagnostic(`${pattern}: the demonstration organization has none`)
        continue
      }
      await t.test(pattern, async () => {
        await visitor.visit(path)
        await checkAccessibility(visitor.page)
      })
    }
    assert.deepEqual(visitor.complaints, [])
  })

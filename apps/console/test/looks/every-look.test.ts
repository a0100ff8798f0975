import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { localeNames } from '@rollcall/admin-api/names'
import { checkAccessibility } from '../accessibility.ts'
import { createDemoConsole, type DemoConsole } from '../demo-console.ts'
import { findScreens, type Screen } from '../screens.ts'

const looks = localeNames.flatMap((locale) => [false, true].map((dark) => ({ locale, dark })))

let console: DemoConsole
let screens: readonly Screen[]

before(async () => {
  console = await createDemoConsole()
  screens = await findScreens(await console.open({ locale: 'en', dark: false }))
})
after(() => console[Symbol.asyncDispose]())

test('every screen has nothing serious or critical by axe, in four languages and two themes', async (t) => {
  assert.equal(looks.length, 8)
  for (const look of looks)
    await t.test(`${look.locale}, ${look.dark ? 'dark' : 'light'}`, async () => {
      const visitor = await console.open(look)
      for (const { pattern, path } of screens) {
        if (path === undefined) {
          t.diagnostic(`${pattern}: the demonstration organization has none`)
          continue
        }
        await visitor.visit(path)
        assert.equal(await visitor.page.locator('html').getAttribute('lang'), look.locale)
        await checkAccessibility(visitor.page).catch((error: unknown) => {
          throw new Error(pattern, { cause: error })
        })
      }
      assert.deepEqual(visitor.complaints, [])
      await visitor.page.context().close()
    })
})

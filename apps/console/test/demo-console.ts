import type { Page } from 'playwright-core'
import { createDemo } from '../../server/src/demo/demo.ts'
import { addScene } from '../../server/src/demo/demo-scene.ts'
import { parseTypeId } from '../../server/src/type-id.ts'
import { scimInit, type TestTenant } from '../../server/test/harness/provisioning.ts'
import { createPerson } from '../../server/test/sign-in/visitor.ts'
import { bringCookie, createConsole } from './console-harness.ts'
import { runDemoApps } from './demo-engine.ts'

export type Look = {
  readonly locale: string
  readonly dark: boolean
  readonly width?: number
}

export type DemoConsole = AsyncDisposable & {
  /** A browser in which an owner of the demonstration organization is signed in. */
  open(look: Look): Promise<DemoVisitor>
}

export type DemoVisitor = {
  readonly page: Page
  readonly complaints: readonly string[]
  /** Opens `/users` of the organization and waits until nothing of it is still on its way. */
  visit(path: string): Promise<void>
}

const people = 80
const aheadMs = 10 * 60_000
const minuteMs = 60_000
const height = 800

/** The console with what `rollcall demo` makes: each screen has something to show. */
export async function createDemoConsole(): Promise<DemoConsole> {
  const console = await createConsole()
  const { site, browser } = console
  const { application } = site
  const { database } = application
  // The engine lets its clock run ahead, and nothing that is looked at lies in the future.
  application.clock.set(new Date(Date.now() - aheadMs))
  const now = application.clock()
  const demo = await createDemo(database, { slug: 'demo', seed: 42, people, now })
  await addScene({ ...demo, database, encryption: application.application.parts.encryption, now })
  const scim: TestTenant['scim'] = (method, path, body, headers) =>
    application.send(`/scim/v2${path}`, scimInit(method, { key: demo.key, body, headers }))
  await runDemoApps(site, { organizationId: demo.organizationId, scim })
  application.clock.set(new Date())
  const owner = { userName: 'ada@demo.example', role: 'owner' }
  const { id: userId } = await createPerson(application, { scim, organization: { id: demo.organizationId } }, owner)
  // Sees the screens of whoever runs the server too.
  await database.query(
    { text: `insert into operators (organization_id, user_id, granted_by, granted_at) values ($1, $2, 'setup', $3)` },
    [demo.organizationId, parseTypeId('usr', userId) ?? userId, now],
  )
  return {
    open: async ({ locale, dark, width = 1_280 }) => {
      // Requests are limited by the minute, and the server's clock stands still.
      application.clock.advance(minuteMs)
      const { page, context, complaints } = await browser.open({ locale })
      await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
      await page.setViewportSize({ width, height })
      await bringCookie(site, demo.organizationId, { userId, context })
      return { page, complaints, visit: (path) => visit(page, `${site.url}/console/demo${path}`) }
    },
    [Symbol.asyncDispose]: () => console[Symbol.asyncDispose](),
  }
}

async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('main h1').waitFor()
  await settle(page)
}

/** What is read comes after the frame; whatever is busy says so. */
export async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle')
  await page.locator('main [aria-busy=true]').first().waitFor({ state: 'detached' })
}

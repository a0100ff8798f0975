import assert from 'node:assert/strict'
import type { BrowserContext, Page } from 'playwright-core'
import { buildConsole } from '../../../scripts/build-console.mjs'
import { transaction } from '../../server/src/db/transaction.ts'
import { startSession } from '../../server/src/sign-in/sessions.ts'
import { parseTypeId } from '../../server/src/type-id.ts'
import {
  createTestSite,
  launchBrowser,
  type TestBrowser,
  type TestPerson,
  type TestSite,
} from '../../server/test/harness/browser.ts'
import type { TestTenant } from '../../server/test/harness/provisioning.ts'
import { createPerson } from '../../server/test/sign-in/visitor.ts'

export type ConsoleSite = AsyncDisposable & {
  readonly site: TestSite
  readonly tenant: TestTenant
  readonly browser: TestBrowser
  /** A browser in which somebody of the organization is signed in; makes the person when there is none yet. */
  signIn(
    userName: string,
    options?: { readonly role?: string; readonly locale?: string; readonly dark?: boolean },
  ): Promise<SignedIn>
  addPeople(count: number): Promise<void>
}

export type SignedIn = TestPerson & {
  /** Opens a page of the console below the organization: `/users`. */
  visit(path: string): Promise<void>
}

/** Server, database, organization `acme` and Chromium, with the console as it is built from these sources. */
export async function createConsole(
  options: { readonly path?: string; readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<ConsoleSite> {
  await buildConsole()
  const site = await createTestSite(options)
  const browser = await launchBrowser()
  const { application } = site
  // Browsers live today, and say how long ago something was.
  application.clock.set(new Date())
  const tenant = await application.createTenant('acme')
  const people = new Map<string, string>()
  const windows = new Map<string, BrowserContext>()
  const idOf = async (userName: string, role: string): Promise<string> => {
    const known = people.get(userName)
    if (known !== undefined) return known
    const { id } = await createPerson(application, tenant, { userName, role })
    people.set(userName, id)
    return id
  }
  return {
    site,
    tenant,
    browser,
    signIn: async (userName, { role = 'owner', locale = 'en-US', dark = false } = {}) => {
      const userId = await idOf(userName, role)
      // Whoever signs in anew has closed the window before: its live stream counts against the person.
      await windows.get(userName)?.close()
      const person = await browser.open({ locale })
      windows.set(userName, person.context)
      await person.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
      await bringCookie(site, tenant.organization.id, { userId, context: person.context })
      return { ...person, visit: (path) => visit(person.page, `${site.url}/console/acme${path}`) }
    },
    addPeople: (count) => addPeople(application, tenant, count),
    [Symbol.asyncDispose]: async () => {
      await browser[Symbol.asyncDispose]()
      await site[Symbol.asyncDispose]()
    },
  }
}

/** What a sign-in with two factors leaves in the browser. */
export async function bringCookie(
  { application, url }: TestSite,
  organizationId: string,
  { userId, context }: { readonly userId: string; readonly context: BrowserContext },
): Promise<void> {
  const id = parseTypeId('usr', userId) ?? userId
  const wanted = {
    organizationId,
    userId: id,
    method: 'password',
    factors: ['password', 'totp'],
  } as const
  const { secret } = await transaction(application.database, (tx) =>
    startSession(tx, { ...wanted, now: application.clock(), ip: '127.0.0.1', userAgent: 'test' }),
  )
  await context.addCookies([{ name: 'rollcall_session', value: secret, url: new URL(url).origin }])
}

async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('main h1').waitFor()
}

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const bulkMax = 500

async function addPeople({ database }: TestSite['application'], tenant: TestTenant, count: number): Promise<void> {
  for (let from = 0; from < count; from += bulkMax) {
    const numbers = Array.from({ length: Math.min(bulkMax, count - from) }, (_, index) => from + index)
    const { status, text } = await tenant.scim('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: numbers.map((number) => ({
        method: 'POST',
        path: '/Users',
        bulkId: `b${number}`,
        data: { schemas, userName: `person${number}@acme.example`, displayName: `Person ${number}`, active: true },
      })),
    })
    assert.equal(status, 200, text)
  }
  // As if everybody had accepted the invitation.
  await database.query({ text: `update users set state = 'active' where organization_id = $1 and state = 'pending'` }, [
    tenant.organization.id,
  ])
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { configOf } from '../../src/config.ts'
import { listen } from '../../src/http/server.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'
import type { TestApplicationOptions } from './application.ts'
import { createTestProvisioning, type TestProvisioning } from './provisioning.ts'

export type TestSite = AsyncDisposable & {
  readonly application: TestProvisioning
  /** `http://localhost:<port>`: browsers treat it like https, so passkeys and secure cookies work there. */
  readonly url: string
  readonly port: number
}

export type TestBrowser = AsyncDisposable & {
  readonly browser: Browser
  /** A person's own browser: no cookies, no passkeys. `locale` is what it asks pages for. */
  open(options?: { readonly locale?: string }): Promise<TestPerson>
}

export type TestPerson = {
  readonly context: BrowserContext
  readonly page: Page
  /** What the page's policy refused and what it threw: a sound page leaves it empty. */
  readonly complaints: readonly string[]
  /** A security key that belongs to this page and says yes. */
  addAuthenticator(options?: AuthenticatorOptions): Promise<Authenticator>
}

type AuthenticatorOptions = {
  readonly isUserVerified?: boolean
  readonly hasResidentKey?: boolean
}

export type Authenticator = {
  readonly id: string
  credentials(): Promise<
    readonly { readonly credentialId: string; readonly signCount: number; readonly rpId?: string }[]
  >
  setUserVerified(isUserVerified: boolean): Promise<void>
  remove(): Promise<void>
}

/**
 * The product on a port of this machine under the name `localhost`. Other names for the same server, for tests with a
 * wrong origin: `http://<anything>.localhost:<port>`.
 */
export async function createTestSite({
  path = '',
  ...options
}: TestApplicationOptions & {
  /** Of the public address, such as `/rollcall`. */
  readonly path?: string
} = {}): Promise<TestSite> {
  const ready = Promise.withResolvers<TestProvisioning>()
  const { headersTimeoutMs, requestTimeoutMs, bodyBytesMax } = configOf({})
  // The port is part of the public address, which the application wants to know when it is made.
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    headersTimeoutMs,
    requestTimeoutMs,
    bodyBytesMax,
    logger: silentLogger,
    fetch: async (request, connection) => (await ready.promise).application.fetch(request, connection),
    answer: () => undefined,
  })
  const url = `http://localhost:${listener.port}${path}`
  const settings = { ROLLCALL_PUBLIC_URL: url, ...options.settings }
  const application = await createTestProvisioning({ ...options, settings })
  ready.resolve(application)
  return {
    application,
    url,
    port: listener.port,
    [Symbol.asyncDispose]: async () => {
      await listener.stop(0)
      await application.close()
    },
  }
}

/** A real Chromium. Start one for a test file; each person in it is apart from the others. */
export async function launchBrowser(): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    // The sandbox needs rights that containers and root do not have; the pages are our own.
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  })
  return {
    browser,
    open: ({ locale = 'en-US' } = {}) => openPerson(browser, locale),
    [Symbol.asyncDispose]: () => browser.close(),
  }
}

async function openPerson(browser: Browser, locale: string): Promise<TestPerson> {
  const context = await browser.newContext({ locale })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { context, page, complaints, addAuthenticator: (options) => addAuthenticator(page, options) }
}

async function addAuthenticator(page: Page, options: AuthenticatorOptions = {}): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: options.hasResidentKey ?? true,
      hasUserVerification: true,
      isUserVerified: options.isUserVerified ?? true,
      automaticPresenceSimulation: true,
    },
  })
  return {
    id: authenticatorId,
    credentials: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    setUserVerified: async (isUserVerified) => {
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
    },
    remove: async () => {
      await cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
    },
  }
}

const run = promisify(execFile)
const unpack = `console.log(await (await import('@sparticuz/chromium')).default.executablePath())`

/** The one of `CHROMIUM_PATH`, else the one that comes from npm, unpacked once a machine. */
async function findChromium(): Promise<string> {
  const own = process.env['CHROMIUM_PATH']
  if (own !== undefined) return own
  const about = new URL('../package.json', import.meta.resolve('@sparticuz/chromium'))
  const { version }: { version: string } = JSON.parse(await readFile(about, 'utf8'))
  const directory = join(tmpdir(), `rollcall-chromium-${version}-${process.getuid?.() ?? 0}`)
  if (!existsSync(directory)) await unpackChromium(directory)
  return join(directory, 'chromium')
}

/** In a folder aside, which takes its name when it is complete: test files run side by side. */
async function unpackChromium(directory: string): Promise<void> {
  const aside = `${directory}.${process.pid}`
  await mkdir(aside, { mode: 0o700 })
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  const env = { ...process.env, TMPDIR: aside, NODE_OPTIONS: '', NODE_TEST_CONTEXT: '' }
  await run(process.execPath, ['--input-type=module', '--eval', unpack], { cwd, env })
  try {
    await rename(aside, directory)
  } catch (error) {
    if (!existsSync(join(directory, 'chromium'))) throw error
    await rm(aside, { recursive: true, force: true })
  }
}

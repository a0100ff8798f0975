import assert from 'node:assert/strict'
import { upsertPassword } from '../../src/db/queries/passwords.ts'
import { hashPassword } from '../../src/directory/password-hash.ts'
import { grantRole } from '../../src/access/role-assignments.ts'
import { testUrl } from '../harness/application.ts'
import type { TestProvisioning, TestTenant } from '../harness/provisioning.ts'

/** Somebody with a browser that runs no scripts: cookies, forms, redirects. */
export type Visitor = {
  /** Of the page that was answered last, redirects followed. */
  readonly path: string
  get(path: string): Promise<Answer>
  /** Sends a form to the page where one is, or to another path. */
  post(fields: Readonly<Record<string, string>>, path?: string): Promise<Answer>
  cookie(): string
}

export type Answer = {
  readonly status: number
  /** Where redirects ended. */
  readonly path: string
  readonly html: string
  readonly headers: Headers
}

export function createVisitor(
  site: Pick<TestProvisioning, 'fetch'>,
  options: { readonly language?: string; readonly baseUrl?: string } = {},
): Visitor {
  const { language = 'en', baseUrl = testUrl } = options
  const cookies = new Map<string, string>()
  let path = '/'
  const send = async (method: string, to: string, form?: URLSearchParams): Promise<Answer> => {
    const response = await site.fetch(to, {
      method,
      redirect: 'manual',
      headers: {
        'accept-language': language,
        'sec-fetch-site': 'same-origin',
        cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form !== undefined && { body: form.toString() }),
    })
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (location !== null) {
      const url = new URL(location)
      assert.equal(url.origin, new URL(baseUrl).origin)
      // The console is for browsers that run scripts; this one stops at its door.
      if (url.pathname.startsWith('/console')) {
        path = url.pathname
        return { status: 200, path, html: '', headers: response.headers }
      }
      return send('GET', url.pathname + url.search)
    }
    path = to
    return { status: response.status, path: to, html: await response.text(), headers: response.headers }
  }
  return {
    get path() {
      return path
    },
    get: (to) => send('GET', to),
    post: (fields, to = path) => send('POST', to, new URLSearchParams(fields)),
    cookie: () => [...cookies.values()].join(),
  }
}

export const password = 'nine tired otters paddle'
let hash: Promise<string> | undefined

/** An active person with a password; with a role by its name. */
export async function createPerson(
  site: Pick<TestProvisioning, 'database' | 'call' | 'clock'>,
  tenant: Pick<TestTenant, 'scim'> & { readonly organization: Pick<TestTenant['organization'], 'id'> },
  person: { readonly userName: string; readonly role?: string },
): Promise<{ readonly id: string; readonly scimId: string }> {
  const { userName, role } = person
  const made = await tenant.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName,
    displayName: userName.slice(0, userName.indexOf('@')),
    emails: [{ value: userName, primary: true }],
    active: true,
  })
  assert.equal(made.status, 201, made.text)
  const { rows } = await site.database.query<{ id: string }>(
    { text: 'select id from users where organization_id = $1 and scim_id = $2' },
    [tenant.organization.id, made.body.id],
  )
  const id = rows[0]?.id ?? ''
  await site.database.query({ text: `update users set state = 'active' where organization_id = $1 and id = $2` }, [
    tenant.organization.id,
    id,
  ])
  hash ??= hashPassword(password)
  await upsertPassword(site.database, {
    organizationId: tenant.organization.id,
    userId: id,
    hash: await hash,
    now: site.clock(),
  })
  if (role !== undefined)
    await grantRole(site.database, site.call(), {
      organizationId: tenant.organization.id,
      role,
      subject: { kind: 'user', id },
      teamId: undefined,
      reason: undefined,
    })
  return { id, scimId: made.body.id }
}

type Known = { readonly id: string }
type Asked = { readonly challenge: string }

/** What a passkey form of a page asks the device for; which of the two, the test knows. */
export type PasskeyOptions = {
  readonly create: Asked & { readonly user: Known; readonly excludeCredentials: readonly Known[] }
  readonly get: Asked & { readonly allowCredentials: readonly Known[] }
}

export function passkeyOptions(html: string): PasskeyOptions {
  const [, text = ''] = /data-passkey="([^"]*)"/.exec(html) ?? []
  const decoded = text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
  assert.notEqual(decoded, '', 'the page has a passkey form')
  return JSON.parse(decoded)
}

/** Of a page: the value of a hidden field. */
export function hiddenField(html: string, name: string): string {
  const [, value = ''] = new RegExp(`name="${name}" value="([^"]*)"`).exec(html) ?? []
  return value
}

/** The recovery codes that a page shows. */
export function shownCodes(html: string): readonly string[] {
  return html.match(/\b[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){3}\b/g) ?? []
}

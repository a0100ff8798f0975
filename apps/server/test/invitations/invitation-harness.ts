import assert from 'node:assert/strict'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import type { TestApplication } from '../harness/application.ts'
import { makeInvitationMails } from '../harness/worker-turn.ts'
import { scimInit, type ScimBody } from '../harness/provisioning.ts'

export type InvitationHarness = AsyncDisposable & {
  readonly admin: AdminHarness
  readonly application: TestApplication
  /** The path is below the organization. */
  manage(method: string, path: string, body?: unknown, key?: string): Promise<Reply>
  scim(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: ScimBody }>
  /** Creates a person over SCIM; the address is the user name unless the extra attributes say otherwise. */
  createPerson(userName: string, extra?: object): Promise<ScimBody>
  /** One turn of a worker. */
  work(): Promise<void>
  /** The newest mail to that address, as an administrator reads it. */
  findMail(to: string): Promise<Record<string, string> | undefined>
  countMails(to: string): Promise<number>
  /** The path of the link in the newest mail to that address. */
  linkTo(address: string): Promise<string>
  stateOf(userName: string): Promise<string>
  /** The invitation of that person that is neither accepted nor ended. */
  findInvitation(userName: string): Promise<Record<string, string | null>>
  open(
    path: string,
    init?: RequestInit,
  ): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }>
}

export async function createInvitationHarness(slug = 'acme'): Promise<InvitationHarness> {
  const admin = await createAdminHarness()
  const { application } = admin
  const { key } = await admin.createOrganization(slug)
  await admin.send('PATCH', `/api/v1/organizations/${slug}`, { body: { name: 'Acme & Söhne' } })
  const manage: InvitationHarness['manage'] = (method, path, body, as) =>
    admin.send(method, `/api/v1/organizations/${slug}${path}`, { key: as ?? key, body })
  const scim: InvitationHarness['scim'] = async (method, path, body) => {
    const response = await application.fetch(`/scim/v2${path}`, scimInit(method, { key, body }))
    const text = await response.text()
    // What is not there fails the assertions.
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as ScimBody }
  }
  const listMails = async (to: string): Promise<readonly Record<string, string>[]> => {
    const { body } = await manage('GET', '/mails?limit=200')
    return body.data.filter((mail: { to: string }) => mail.to === to)
  }
  const findMail = async (to: string) => (await listMails(to))[0]
  const findPerson = async (userName: string): Promise<{ readonly id: string; readonly state: string }> => {
    const search = encodeURIComponent(userName)
    const { body } = await manage('GET', `/people?state=pending,active,suspended&search=${search}`)
    const found = body.data.find((person: { userName: string }) => person.userName === userName)
    assert.ok(found !== undefined, userName)
    return found
  }
  return {
    admin,
    application,
    manage,
    scim,
    createPerson: async (userName, extra = {}) => {
      const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
      const created = await scim('POST', '/Users', { schemas, userName, active: true, ...extra })
      assert.equal(created.status, 201, JSON.stringify(created.body))
      return created.body
    },
    work: () => makeInvitationMails(application),
    findMail,
    countMails: async (to) => (await listMails(to)).length,
    linkTo: async (address) => {
      const link = /https:\/\/rollcall\.test(\/invitations\/\S+)/.exec((await findMail(address))?.['text'] ?? '')?.[1]
      assert.ok(link !== undefined, `no link to ${address}`)
      return link
    },
    stateOf: async (userName) => (await findPerson(userName)).state,
    findInvitation: async (userName) => {
      const { body } = await manage('GET', `/invitations?user=${(await findPerson(userName)).id}`)
      return body.data.find(({ endedAt }: { endedAt: string | null }) => endedAt === null)
    },
    open: async (path, init) => {
      const response = await application.fetch(path, init)
      return { status: response.status, text: await response.text(), headers: response.headers }
    },
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}

export function patchOf(...Operations: readonly object[]): object {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations }
}

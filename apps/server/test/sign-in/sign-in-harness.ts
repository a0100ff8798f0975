import assert from 'node:assert/strict'
import { createInvitationHarness, type InvitationHarness } from '../invitations/invitation-harness.ts'

export type Answer = {
  readonly status: number
  readonly text: string
  readonly location: string | null
  readonly headers: Headers
}

/** A browser: it keeps its cookie and follows nothing by itself. */
export type TestClient = {
  cookie: string | undefined
  get(path: string): Promise<Answer>
  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  api(method: string, path: string, options?: ApiOptions): Promise<{ readonly status: number; readonly body: any }> // oxlint-disable-line typescript/no-explicit-any -- tests look into it freely
}

type ApiOptions = { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

export type SignInHarness = InvitationHarness & {
  browse(): TestClient
  /** A person who accepted the invitation and has this password. */
  createMember(userName: string, password: string): Promise<{ readonly id: string; readonly scimId: string }>
  settle(signIn: object): Promise<void>
  /** Newest first. */
  changesOf(action: string): Promise<readonly { readonly data: Record<string, unknown>; readonly actor: string }[]>
  idOf(userName: string): Promise<string>
  giveRole(userName: string, role: string): Promise<void>
}

export const goodPassword = 'quiet otters borrow lamps'

export async function createSignInHarness(): Promise<SignInHarness> {
  const harness = await createInvitationHarness()
  const { application, manage } = harness
  const browse = (): TestClient => createClient(application.fetch)
  const idOf = async (userName: string): Promise<string> => {
    const { body } = await manage(
      'GET',
      `/people?state=pending,active,suspended&search=${encodeURIComponent(userName)}`,
    )
    const found = body.data.find((person: { userName: string }) => person.userName === userName)
    assert.ok(found !== undefined, userName)
    return found.id
  }
  return {
    ...harness,
    browse,
    idOf,
    createMember: async (userName, password) => {
      const { id: scimId } = await harness.createPerson(userName)
      await harness.work()
      const client = browse()
      const accepted = await client.post(await harness.linkTo(userName), {})
      const path = /href="https:\/\/rollcall\.test(\/password\/\w+)"/.exec(accepted.text)?.[1]
      assert.ok(path !== undefined, accepted.text)
      const chosen = await client.post(path, { password })
      assert.equal(chosen.status, 303, chosen.text)
      return { id: await idOf(userName), scimId }
    },
    settle: async (signIn) => {
      const { status, body } = await manage('PATCH', '', { settings: { signIn } })
      assert.equal(status, 200, JSON.stringify(body))
    },
    changesOf: async (action) => {
      const text = 'select data, actor from changes where action = $1 order by position desc'
      return (await application.database.query<{ data: Record<string, unknown>; actor: string }>({ text }, [action]))
        .rows
    },
    giveRole: async (userName, role) => {
      const given = await manage('POST', `/roles/${role}/grant`, { user: await idOf(userName) })
      assert.ok(given.status < 300, JSON.stringify(given.body))
    },
  }
}

function createClient(fetch: InvitationHarness['application']['fetch']): TestClient {
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const headers = new Headers(init.headers)
    if (client.cookie !== undefined) headers.set('cookie', client.cookie)
    headers.set('user-agent', 'Mozilla/5.0 (X11; Linux x64) Firefox/140.0')
    const response = await fetch(path, { ...init, headers })
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      client.cookie = cookie.includes('Max-Age=0') ? undefined : pair
    }
    const location = response.headers.get('location')?.replace('https://rollcall.test', '') ?? null
    return { status: response.status, text: await response.text(), location, headers: response.headers }
  }
  const client: TestClient = {
    cookie: undefined,
    get: (path) => send(path, {}),
    post: (path, form, headers) =>
      send(path, {
        method: 'POST',
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
      }),
    api: async (method, path, { body, headers } = {}) => {
      const answer = await send(path, {
        method,
        headers: {
          'sec-fetch-site': 'same-origin',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: answer.text === '' ? undefined : JSON.parse(answer.text) }
    },
  }
  return client
}

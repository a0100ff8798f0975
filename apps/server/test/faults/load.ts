import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { createScimClient, type HttpAnswer, type ScimClient } from '../harness/scim-over-http.ts'

const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchUrn = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const pauseMs = 20

/** Writers that remember every write that was acknowledged, so that it can be asked for afterwards. */
export type Load = {
  /** userName by id of every POST that got 201. */
  readonly created: ReadonlyMap<string, string>
  /** Ids whose addition to the group got 204. */
  readonly joined: ReadonlySet<string>
  /** The last title of each user whose PATCH got 200. */
  readonly titled: ReadonlyMap<string, string>
  /** How often each status came; `broken` is a connection that gave no answer. */
  readonly counts: ReadonlyMap<string, number>
  /** Why connections broke, by the codes of Node. */
  readonly breaks: readonly string[]
  readonly slowestMs: () => number
  /** Ends the writers after the request that each is at. */
  stop(): Promise<void>
}

export type LoadOptions = {
  readonly url: string
  readonly key: string
  readonly writers: number
  /** Of writers that share a database each needs names of its own. */
  readonly name?: string
  /** A server that is killed breaks connections; everywhere else that is a failure. */
  readonly mayBreak?: boolean
}

/** Starts writers that create people, put them into one group and change them, until they are stopped. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const send = createScimClient(options.url, options.key)
  const { name = 'load' } = options
  const group = await send('POST', '/Groups', { schemas: [groupUrn], displayName: `${name} group` })
  assert.equal(group.status, 201, group.text)
  const recorder = createRecorder(options)
  const state = { isStopping: false }
  const writers = Array.from({ length: options.writers }, async (_, writer) => {
    for (let n = 0; !state.isStopping; n++)
      await writeOne(recorder, send, { userName: `${name}-${writer}-${n}`, groupId: group.body.id })
  })
  // Whoever fails, fails the test when it is stopped.
  const all = Promise.all(writers)
  all.catch(() => {})
  return {
    ...recorder,
    slowestMs: () => recorder.slowest.ms,
    stop: async () => {
      state.isStopping = true
      await all
    },
  }
}

type Recorder = {
  readonly created: Map<string, string>
  readonly joined: Set<string>
  readonly titled: Map<string, string>
  readonly counts: Map<string, number>
  readonly breaks: string[]
  readonly slowest: { ms: number }
  ask(act: () => Promise<HttpAnswer>): Promise<HttpAnswer | undefined>
}

function createRecorder({ mayBreak = false }: LoadOptions): Recorder {
  const counts = new Map<string, number>()
  const slowest = { ms: 0 }
  const breaks: string[] = []
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  const ask: Recorder['ask'] = async (act) => {
    const start = performance.now()
    try {
      const answer = await act()
      count(String(answer.status))
      if (answer.status === 503) assertUnavailable(answer)
      return answer
    } catch (error) {
      if (!mayBreak || error instanceof assert.AssertionError) throw error
      count('broken')
      breaks.push(codeOf(error))
      return undefined
    } finally {
      slowest.ms = Math.max(slowest.ms, performance.now() - start)
    }
  }
  return { created: new Map(), joined: new Set(), titled: new Map(), counts, breaks, slowest, ask }
}

/** `fetch` tells why in the cause of its error. */
function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(error)
}

/** RFC 7644 §3.12 and RFC 9110 §10.2.3: a SCIM error that says when to come back. */
function assertUnavailable(answer: HttpAnswer): void {
  assert.equal(answer.headers.get('content-type'), 'application/scim+json', answer.text)
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/)
  assert.equal(answer.body.status, '503')
}

/** One person: created, put into the group, changed. Each step is remembered when it is acknowledged. */
async function writeOne(
  recorder: Recorder,
  send: ScimClient,
  { userName, groupId }: { readonly userName: string; readonly groupId: string },
): Promise<void> {
  const created = await recorder.ask(() => send('POST', '/Users', { schemas: [userUrn], userName }))
  if (created?.status !== 201) return pauseUnless(created, 201)
  const { id } = created.body
  recorder.created.set(id, userName)
  const add = { schemas: [patchUrn], Operations: [{ op: 'add', path: 'members', value: [{ value: id }] }] }
  const joined = await recorder.ask(() => send('PATCH', `/Groups/${groupId}`, add))
  if (joined?.status === 204) recorder.joined.add(id)
  else await pauseUnless(joined, 204)
  const replace = { schemas: [patchUrn], Operations: [{ op: 'replace', path: 'title', value: `title of ${userName}` }] }
  const changed = await recorder.ask(() => send('PATCH', `/Users/${id}`, replace))
  if (changed?.status === 200) recorder.titled.set(id, `title of ${userName}`)
  else await pauseUnless(changed, 200)
}

async function pauseUnless(answer: HttpAnswer | undefined, status: number): Promise<void> {
  if (answer !== undefined) assert.equal(answer.status, 503, `wanted ${status}: ${answer.status} ${answer.text}`)
  await sleep(pauseMs)
}

type Listed = { readonly id: string; readonly userName: string; readonly title?: string }
type Page = { readonly Resources: readonly Listed[]; readonly nextCursor?: string }

/** Finds everything that was acknowledged, or fails with what is missing. */
export async function assertNothingLost(load: Load, { url, key, name = 'load' }: LoadOptions): Promise<void> {
  const send = createScimClient(url, key)
  const found = new Map<string, Listed>()
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const answer: HttpAnswer = await send('GET', `/Users?cursor=${cursor}&count=500`)
    assert.equal(answer.status, 200, answer.text)
    const page = JSON.parse(answer.text) as Page
    for (const user of page.Resources) found.set(user.id, user)
    cursor = page.nextCursor
  }
  for (const [id, userName] of load.created)
    assert.equal(found.get(id)?.userName, userName, `${userName} ${id} is lost`)
  for (const [id, title] of load.titled) assert.equal(found.get(id)?.title, title, `the title of ${id} is lost`)
  const filter = encodeURIComponent(`displayName eq "${name} group"`)
  const groups = await send('GET', `/Groups?filter=${filter}`)
  const listed = JSON.parse(groups.text) as {
    readonly Resources: readonly { readonly members?: readonly { readonly value: string }[] }[]
  }
  const members = new Set((listed.Resources[0]?.members ?? []).map(({ value }) => value))
  for (const id of load.joined) assert.ok(members.has(id), `the membership of ${id} is lost`)
}

/** Waits until the writers got that many answers of a status. */
export async function waitForCount(load: Load, status: string, wanted: number, timeoutMs = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while ((load.counts.get(status) ?? 0) < wanted) {
    assert.ok(performance.now() < deadline, `${status} came ${load.counts.get(status) ?? 0} times, not ${wanted}`)
    await sleep(10)
  }
}

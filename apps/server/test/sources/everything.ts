import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { stageWriteBacks } from '../../src/sources/write-back/stage-write-backs.ts'
import { peopleOf, simpleSourceRules, type SourceHarness } from './source-harness.ts'
import { json, serve } from './web-server.ts'

export type Everything = {
  /** A JSON API that tells what changed, with a schedule, dates, decisions, and something to be told. */
  readonly api: string
  /** One whose read broke off after its first page. */
  readonly broken: string
  readonly pushed: string
  /** What the APIs have; a page of the broken one is missing until it is mended. */
  readonly theirs: { people: readonly object[]; isMended: boolean; readonly asked: readonly { readonly url: URL }[] }
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const rules = {
  ...simpleSourceRules,
  columns: { pay: { isSecret: true, type: 'string', isRequired: false, flowNulls: false } },
  mappings: [...simpleSourceRules.mappings, { target: `${enterprise}:manager`, kind: 'reference', source: 'boss' }],
  lifecycle: { ...simpleSourceRules.lifecycle, activeUntil: 'last' },
  leaving: { ...simpleSourceRules.leaving, absentReads: 1 },
}
const pageSize = 20

/** Sources of several kinds, with something in every table that is theirs. */
export async function createEverything(t: TestContext, harness: SourceHarness): Promise<Everything> {
  const last = new Date(harness.application.clock().getTime() + 10 * 86_400_000).toISOString().slice(0, 10)
  const change = (person: Record<string, unknown>, number: number): object => ({
    ...person,
    mail: `p${number}@acme.example`,
    ...(number === 2 && { last }),
    ...(number === 3 && { boss: 'nobody-yet' }),
    ...(number === 4 && { id: '' }),
  })
  const theirs = { people: peopleOf(50, change), isMended: false }
  const server = await serve(t, ({ url }, response) => {
    if (url.pathname === '/told') return json(response, {})
    const page = Number(url.searchParams.get('page') ?? 0)
    const isDelta = url.searchParams.has('updatedSince')
    if (page > 1 && url.pathname === '/broken' && !theirs.isMended) return response.writeHead(503).end()
    const shown = page === 0 ? theirs.people : theirs.people.slice((page - 1) * pageSize, page * pageSize)
    json(response, isDelta ? [] : shown, { date: harness.application.clock().toUTCString() })
  })
  const api = await harness.createSource('API', {
    place: { kind: 'http', url: `${server.origin}/people`, delta: { parameter: 'updatedSince' } },
    credentials: { kind: 'bearer', token: 'canary-token' },
    settings: {
      schedule: { kind: 'interval', minutes: 60 },
      fullEveryHours: 480,
      writeBack: { kind: 'http', url: `${server.origin}/told`, fields: { login: 'userName' }, method: 'POST' },
    },
    rules,
  })
  assert.equal((await harness.read(api)).state, 'done')
  const decided = await harness.send('POST', `${api}/decisions`, { body: { anchor: 'e5', decision: 'ignore' } })
  assert.equal(decided.status, 200, JSON.stringify(decided.body))
  await stageWriteBacks(
    harness.application.application.parts,
    harness.application.clock(),
    new AbortController().signal,
  )
  const broken = await harness.createSource('Broken', {
    place: {
      kind: 'http',
      url: `${server.origin}/broken`,
      paging: { style: 'page', sizeParameter: 'size', size: pageSize },
    },
    rules: { ...rules, mappings: simpleSourceRules.mappings },
  })
  await harness.send('POST', `${broken}/reads`, { body: {} })
  await harness.work()
  const file = await harness.createSource('File')
  await harness.upload(file, peopleOf(1))
  const pushed = await harness.createSource('Pushed', { place: { kind: 'upload' } })
  const body = peopleOf(3)
    .map((person) => `${JSON.stringify(person)}\n`)
    .join('')
  const sent = await harness.send('POST', `${pushed}/records`, {
    body,
    headers: { 'content-type': 'application/x-ndjson' },
  })
  assert.equal(sent.status, 202, JSON.stringify(sent.body))
  await createGroups(t, harness)
  return { api, broken, pushed, theirs: Object.assign(theirs, { asked: server.asked }) }
}

const groupsCount = 60
const groupsPerPage = 50

/** Two SCIM servers with groups: a plan that waits, and a read that broke off between its pages of groups. */
async function createGroups(t: TestContext, harness: SourceHarness): Promise<void> {
  const people = ['one', 'two'].map((id) => ({ id, externalId: `x-${id}`, userName: `${id}@groups.example` }))
  const groups = Array.from({ length: groupsCount }, (_, index) => {
    return { id: `g${index}`, displayName: `Group ${index}`, members: [{ value: 'one' }, { value: 'two' }] }
  })
  const server = await serve(t, ({ url }, response) => {
    const [, which, resources] = url.pathname.split('/')
    const startIndex = Number(url.searchParams.get('startIndex') ?? 1)
    const isCut = which === 'cut' && resources === 'Groups' && startIndex > 1
    if (isCut || url.searchParams.has('filter')) return response.writeHead(isCut ? 503 : 400).end()
    const all: readonly object[] = resources === 'Groups' ? groups : people
    const Resources = all.slice(startIndex - 1, startIndex - 1 + groupsPerPage)
    json(response, { totalResults: all.length, startIndex, itemsPerPage: Resources.length, Resources })
  })
  for (const which of ['whole', 'cut']) {
    const place = await harness.createSource(which, {
      place: { kind: 'scim', url: `${server.origin}/${which}` },
      credentials: { kind: 'bearer', token: 'canary-token' },
      settings: { approval: 'always' },
      rules: {
        anchor: 'externalId',
        mappings: [{ target: 'userName', kind: 'direct', source: 'userName' }],
        correlation: [],
        teams: {},
      },
    })
    await harness.send('POST', `${place}/reads`, { body: {} })
    await harness.work()
  }
}

import assert from 'node:assert/strict'
import { sourceRules, type SourceRules } from '@rollcall/admin-api'
import { openReader } from '../../src/sources/readers.ts'
import { startDueReads } from '../../src/sources/start-due-reads.ts'
import { workOffReads, type ReadWorkerParts } from '../../src/sources/work-reads.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import type { TestApplicationOptions } from '../harness/application.ts'

/** Rules that everybody understands: `id` names a record; userName, displayName and title from columns. */
export const simpleSourceRules: SourceRules = sourceRules.parse({
  anchor: 'id',
  mappings: [
    { target: 'userName', kind: 'direct', source: 'mail' },
    { target: 'displayName', kind: 'direct', source: 'name' },
    { target: 'title', kind: 'direct', source: 'title' },
  ],
  correlation: [[{ target: 'userName', source: 'mail' }]],
})

export type SourceHarness = AdminHarness & {
  /** Of the organization `acme`. */
  readonly organizationId: string
  readonly sources: string
  /** Makes a source with live rules whose plans nobody has to apply; answers its path. */
  createSource(name: string, body?: { readonly settings?: object; readonly [part: string]: unknown }): Promise<string>
  /** Uploads records as JSON Lines, or a text as it is. */
  upload(place: string, content: readonly object[] | string): Promise<void>
  /** Starts a read, works it off and answers it as it stands then. */
  read(place: string, body?: object): Promise<Reply['body']>
  /** Works off whatever waits, as a worker does. */
  work(parts?: Partial<ReadWorkerParts>): Promise<void>
  worker(parts?: Partial<ReadWorkerParts>): ReadWorkerParts
}

/** An organization with sources, whose reads are worked off when the test says so. */
export async function createSourceHarness(options: TestApplicationOptions = {}): Promise<SourceHarness> {
  const admin = await createAdminHarness(options)
  const { id } = await admin.createOrganization('acme')
  const { parts } = admin.application.application
  const { database, clock } = admin.application
  const sources = '/api/v1/organizations/acme/sources'
  const organizationId = parseTypeId('org', id) ?? ''
  const worker = (own: Partial<ReadWorkerParts> = {}): ReadWorkerParts => ({
    ...parts,
    owner: 'test',
    openReader: (opened) => openReader(opened, parts),
    onFault: (error) => {
      throw error
    },
    ...own,
  })
  const work: SourceHarness['work'] = async (own) => {
    const { signal } = new AbortController()
    await startDueReads(database, clock(), signal)
    await workOffReads(worker(own), signal)
  }
  const createSource: SourceHarness['createSource'] = async (name, { settings = {}, ...body } = {}) => {
    const made = await admin.send('POST', sources, {
      body: {
        name,
        place: { kind: 'file', format: 'jsonl' },
        rules: simpleSourceRules,
        settings: { approval: 'never', ...settings },
        ...body,
      },
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const place = `${sources}/${made.body.id}`
    const live = await admin.send('POST', `${place}/rules/publish`, { body: { revision: 1 } })
    assert.equal(live.status, 200, JSON.stringify(live.body))
    return place
  }
  const upload: SourceHarness['upload'] = async (place, content) => {
    const text = typeof content === 'string' ? content : content.map((record) => `${JSON.stringify(record)}\n`).join('')
    const { status, body } = await admin.send('POST', `${place}/files?name=people.jsonl`, {
      body: text,
      headers: { 'content-type': 'application/x-ndjson' },
    })
    assert.equal(status, 201, JSON.stringify(body))
  }
  const read: SourceHarness['read'] = async (place, body = {}) => {
    const started = await admin.send('POST', `${place}/reads`, { body })
    assert.equal(started.status, 201, JSON.stringify(started.body))
    await work()
    return (await admin.send('GET', `/api/v1/organizations/acme/source-reads/${started.body.id}`)).body
  }
  return { ...admin, organizationId, sources, createSource, upload, read, work, worker }
}

/** So many people as an HR system would have them. */
export function peopleOf(
  count: number,
  change: (person: Record<string, unknown>, number: number) => object = (person) => person,
): readonly object[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1
    const person = { id: `e${number}`, mail: `p${number}@acme.example`, name: `Person ${number}`, title: 'Engineer' }
    return change(person, number)
  })
}

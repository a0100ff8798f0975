import assert from 'node:assert/strict'
import { createPeopleHarness, type PeopleHarness, type Place, type Source } from '../people/people-harness.ts'
import type { Reply } from '../admin/admin-harness.ts'
import type { TestApplicationOptions } from '../harness/application.ts'
import { sealAll } from '../harness/seal-audit.ts'

export type AuditPlace = Place & {
  readonly source1: Source
  /** Seals what there is and lists it, oldest first; the query is of the audit log. */
  events(query?: string): Promise<Reply['body'][]>
  /** The names of what happened during the work, in their order. */
  during(work: () => Promise<unknown>): Promise<string[]>
}

export async function createAuditHarness(
  options: TestApplicationOptions = {},
): Promise<PeopleHarness & { audited(slug: string, connection?: object): Promise<AuditPlace> }> {
  const admin = await createPeopleHarness(options)
  const audited = async (slug: string, connection: object = {}): Promise<AuditPlace> => {
    const place = await admin.place(slug)
    const source1 = await place.source(connection)
    const events: AuditPlace['events'] = async (query = '') => {
      await sealAll(admin.application)
      const found: Reply['body'][] = []
      for (let cursor = ''; ;) {
        const path = `/audit/events?order=asc&limit=200&query=${encodeURIComponent(query)}${cursor}`
        const { status, body } = await place.api('GET', path)
        assert.equal(status, 200, JSON.stringify(body))
        found.push(...body.data)
        if (!body.hasMore) return found
        cursor = `&cursor=${body.nextCursor}`
      }
    }
    const during: AuditPlace['during'] = async (work) => {
      const before = (await events()).length
      await work()
      return (await events()).slice(before).map(({ action }) => action)
    }
    return { ...place, source1, events, during }
  }
  return { ...admin, audited }
}

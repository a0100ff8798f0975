import assert from 'node:assert/strict'
import type { Reply } from '../admin/admin-harness.ts'
import type { SourceHarness } from './source-harness.ts'

export type Body = Reply['body']

/** Everybody of `acme` who has that in a name or address, by user name: what its administrators see. */
export async function findPeople(harness: SourceHarness, search: string): Promise<ReadonlyMap<string, Body>> {
  const people = '/api/v1/organizations/acme/people'
  const query = new URLSearchParams({ search, limit: '100', state: 'active,pending,suspended,deprovisioned' })
  const list = await harness.send('GET', `${people}?${query}`)
  assert.equal(list.status, 200, JSON.stringify(list.body))
  const found = await Promise.all(list.body.data.map(({ id }: Body) => harness.send('GET', `${people}/${id}`)))
  return new Map(found.map(({ body }) => [body.attributes.userName ?? body.userName, body]))
}

import assert from 'node:assert/strict'
import type { Database } from '../../src/db/pool.ts'
import { assertScimError, type ScimAnswer, type TestTenant } from '../harness/provisioning.ts'

export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const enterpriseUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const messageUrn = 'urn:ietf:params:scim:api:messages:2.0'

export function toPatch(...operations: readonly unknown[]): object {
  return { schemas: [`${messageUrn}:PatchOp`], Operations: operations }
}

export function toBulk(operations: readonly unknown[], more: object = {}): object {
  return { schemas: [`${messageUrn}:BulkRequest`], Operations: operations, ...more }
}

export function toSearch(search: object): object {
  return { schemas: [`${messageUrn}:SearchRequest`], ...search }
}

export function toUser(userName: string, more: object = {}): object {
  return { schemas: [userUrn], userName, ...more }
}

export function toGroup(displayName: string, more: object = {}): object {
  return { schemas: [groupUrn], displayName, ...more }
}

/** The id of a new resource. */
export async function create(tenant: TestTenant, path: '/Users' | '/Groups', body: object): Promise<string> {
  const answer = await tenant.scim('POST', path, body)
  assert.equal(answer.status, 201, answer.text)
  return answer.body.id
}

export type Refusal = { readonly status: number; readonly scimType?: string; readonly detail?: RegExp }

/** A SCIM error as RFC 7644 §3.12 has it, whose detail says what was wrong. */
export function assertRefused(answer: ScimAnswer, { status, scimType, detail = /./ }: Refusal, what = ''): void {
  assert.equal(answer.status, status, `${what}: ${answer.text.slice(0, 300)}`)
  assertScimError(answer, status)
  assert.equal(answer.body.scimType, scimType, `${what}: ${answer.text.slice(0, 300)}`)
  assert.match(answer.body.detail, detail, what)
}

/** Changes with every write to the directory of any organization. */
export async function readState(database: Database): Promise<string> {
  const { rows } = await database.query<{ state: string }>({
    text: `select concat_ws(' ', (select count(*) || '/' || coalesce(sum(version), 0) from users),
      (select count(*) || '/' || coalesce(sum(version), 0) from teams), (select count(*) from memberships),
      (select count(*) || '/' || coalesce(sum(version), 0) from resources), (select count(*) from changes where action <> 'api.refused')) as state`,
  })
  return rows[0]?.state ?? ''
}

/** Runs requests that are all refused, and finds the directory as it was. */
export async function assertNothingChanges(database: Database, work: () => Promise<void>): Promise<void> {
  const before = await readState(database)
  await work()
  assert.equal(await readState(database), before)
}

/** Names that every object has, by inheritance. */
export const inheritedNames = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
] as const

/** How a name may be written: alone, dotted, below an attribute, with the URN of a schema. */
export function spellings(name: string): readonly string[] {
  return [
    name,
    `${name}.polluted`,
    `name.${name}`,
    `emails.${name}`,
    `${userUrn}:${name}`,
    `${userUrn}:name.${name}`,
    `${enterpriseUrn}:${name}`,
    `constructor.prototype.${name}`,
  ]
}

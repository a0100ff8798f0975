import type { Permission } from './scopes.ts'

/** Who asks, when, and under which request id: every use case that changes something takes it and writes it down. */
export type Call = {
  /** `key_…`, `usr_…` of whoever is signed in, `instance_…`, `system` or `setup`: what stands in the changes and in lists as the creator. */
  readonly actor: string
  readonly now: Date
  readonly requestId: string | undefined
  /** What the caller may do, and his roles, so that he gives nobody more; `all`: the instance, or the server itself. */
  readonly rights: CallerRights | 'all'
}

export type CallerRights = {
  readonly permissions: ReadonlySet<Permission>
  /** Ids of the roles that the owner of his key has everywhere. */
  readonly roleIds: readonly string[]
}

/** Where a list begins and how long it may be. `after` is the `next` of the page before. */
export type PageOf = { readonly limit: number; readonly after?: string | undefined }

/** A page of a keyset list; `next` is undefined on the last one. */
export type Page<Row> = { readonly data: readonly Row[]; readonly next: string | undefined }

/** Makes a page from one row more than was asked for. */
export function toPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string): Page<Row> {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  return { data, next: rows.length > limit && last !== undefined ? keyOf(last) : undefined }
}

import type { EntryOf } from '../api/queries.ts'

export type AuditEvent = EntryOf<'listAuditEvents'>

type Named = { readonly [name: string]: unknown } | null

const personNames = ['displayName', 'userName', 'login', 'email'] as const

/** How people call whoever did it: their own name, that of the key's owner, or the id. */
export function actorName({ actor }: AuditEvent): string {
  return nameIn(actor.identity, personNames) ?? nameIn(actor.details, ['ownerName', 'name', 'owner']) ?? actor.id
}

/** Whom or what it was done to, in a word. */
export function targetName({ identity, details, targets }: AuditEvent): string {
  return nameIn(identity, personNames) ?? nameIn(details, ['name']) ?? targets[0] ?? ''
}

function nameIn(object: Named, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object?.[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

import { updateInstanceKeyUsed } from '../db/queries/instance.ts'
import { updateKeysUsed, type KeyUse } from '../db/queries/keys.ts'
import type { Queryable } from '../db/pool.ts'

/** Remembers when keys were last used and writes it down now and then, never on a request's path. */
export type KeyUses = {
  /** `storedAt` is what the database said when the key was looked up. */
  note(
    use: Omit<KeyUse, 'organizationId'> & {
      readonly organizationId: string | undefined
      readonly storedAt: Date | null
    },
  ): void
  flush(): Promise<void>
}

/** A key's use is written at most this often. */
export const keyUseIntervalMs = 60_000

export function createKeyUses(database: Queryable): KeyUses {
  const written = new Map<string, number>()
  let waiting = new Map<string, KeyUse & { readonly isInstance: boolean }>()
  return {
    note: ({ organizationId, id, at, ip, storedAt }) => {
      const lastMs = Math.max(written.get(id) ?? 0, storedAt?.getTime() ?? 0)
      if (at.getTime() - lastMs < keyUseIntervalMs) return
      written.set(id, at.getTime())
      const isInstance = organizationId === undefined
      waiting.set(id, { id, at, ip, organizationId: organizationId ?? '', isInstance })
      if (written.size > 100_000) written.clear()
    },
    flush: async () => {
      if (waiting.size === 0) return
      const uses = [...waiting.values()]
      waiting = new Map()
      const ofOrganizations = uses.filter((use) => !use.isInstance)
      if (ofOrganizations.length > 0) await updateKeysUsed(database, ofOrganizations)
      for (const use of uses) if (use.isInstance) await updateInstanceKeyUsed(database, use.id, use.at)
    },
  }
}

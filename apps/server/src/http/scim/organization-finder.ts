import { createBoundedMap } from '../../access/bounded-map.ts'
import { findOrganization } from '../../access/organizations.ts'
import type { Parts } from '../../parts.ts'

/** The organization that a mount names, for the log of refused requests. */
export type OrganizationFinder = (slug: string | undefined) => Promise<string | undefined>

const slugsMax = 1_000
const rememberedMs = 10_000

/** Remembers what it found, and what not, so that refused requests cost next to nothing. */
export function createOrganizationFinder(database: Parts['database']): OrganizationFinder {
  const known = createBoundedMap<string, { readonly id: string | undefined; readonly untilMs: number }>(slugsMax)
  return async (slug) => {
    if (slug === undefined) return undefined
    const nowMs = performance.now()
    const entry = known.get(slug)
    if (entry !== undefined && entry.untilMs > nowMs) return entry.id
    const organization = await findOrganization(database, slug)
    known.set(slug, { id: organization?.id, untilMs: nowMs + rememberedMs })
    return organization?.id
  }
}

import { selectLocalPeople } from '../db/queries/adoption.ts'
import type { Database } from '../db/pool.ts'
import { adoptsAccounts, previewAdoption, type AdoptionPreview } from './adoption.ts'
import type { DirectoryContext } from './directory-context.ts'
import { localOwner } from './ownership.ts'

export type LinkingPreview = {
  /** Whether the connection takes accounts over by POST at all. */
  readonly adopts: boolean
  /** How many people were looked at, how many of them POST with their own userName would take over. */
  readonly checked: number
  readonly linked: number
  readonly conflictCount: number
  /** The first ones that it would not, each with the reason. */
  readonly conflicts: AdoptionPreview['conflicts']
}

/** Whoever has more people without an identity provider reads the same of the first ones. */
export const linkingMax = 10_000
const pageSize = 1_000
const conflictsMax = 100

/**
 * Whether the people whom no identity provider manages would find back to their accounts, were each of them sent by the
 * userName that the account has. Changes nothing.
 */
export async function previewLinking(database: Database, context: DirectoryContext): Promise<LinkingPreview> {
  const { organizationId } = context
  const conflicts: AdoptionPreview['conflicts'][number][] = []
  let [checked, linked] = [0, 0]
  let after: string | undefined
  while (checked < linkingMax) {
    const page = await selectLocalPeople(database, { organizationId, localOwner, rowsMax: pageSize, after })
    const people = page.filter(({ isBuiltIn }) => !isBuiltIn)
    const preview = await previewAdoption(database, context, people)
    checked += people.length
    linked += preview.linked.length
    conflicts.push(...preview.conflicts)
    after = page.at(-1)?.id
    if (page.length < pageSize) break
  }
  const adopts = adoptsAccounts(context)
  return { adopts, checked, linked, conflictCount: conflicts.length, conflicts: conflicts.slice(0, conflictsMax) }
}

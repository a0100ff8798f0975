import { selectLinkedKeys } from '../../db/queries/provisioning-links.ts'
import type { Queryable } from '../../db/pool.ts'
import type { Evaluated } from '../evaluated.ts'
import type { MatchQuery, Target, TargetObject } from '../targets/target.ts'
import type { ExportApp } from './context.ts'
import type { Found, Wanted } from './protocol.ts'
import type { Turn } from './turn.ts'

/** One question by which an account is looked for; `isOurs`: by the id that only we give. */
export type Search = { readonly query: MatchQuery; readonly isOurs: boolean }

export type Sought = {
  readonly item: Pick<Turn['item'], 'kind' | 'objectId'>
  readonly wanted: Pick<Wanted, 'matches'>
  readonly evaluated: Pick<Evaluated, 'ownId'>
}

/** First by what only we give, then by the rules; nothing is asked that the app cannot search by. */
export function searchesOf(
  { abilities }: Pick<Target, 'abilities'>,
  { wanted, evaluated: { ownId }, item }: Sought,
): readonly Search[] {
  const byRules = wanted.matches.map((query) => ({ query, isOurs: false }))
  const searches = abilities.keepsExternalId && typeof ownId === 'string' ? withOwn(byRules, ownId) : byRules
  return searches.filter(({ query }) => item.kind === 'team' || isFilterable(abilities.filterable, query))
}

/** Most rules look for it too: nobody is asked twice. */
function withOwn(byRules: readonly Search[], ownId: string): readonly Search[] {
  const own: MatchQuery = [{ attribute: 'externalId', value: ownId }]
  const isOwn = ([first, ...more]: MatchQuery): boolean =>
    more.length === 0 && first?.attribute === 'externalId' && first.value === ownId
  const others = byRules.filter(({ query }) => !isOwn(query))
  return [{ query: own, isOurs: true }, ...others]
}

function isFilterable(filterable: readonly string[] | null, query: MatchQuery): boolean {
  return filterable === null || query.every(({ attribute }) => filterable.includes(attribute))
}

/** What the app's answer to a search comes to; undefined: it found nobody, and the next search decides. */
export async function toFound(
  db: Queryable,
  app: Pick<ExportApp, 'organizationId' | 'appId' | 'target'>,
  { item, evaluated }: Sought,
  { objects, isOurs }: { readonly objects: readonly TargetObject[]; readonly isOurs: boolean },
): Promise<Found | undefined> {
  const [first, ...others] = objects
  if (first === undefined) return undefined
  if (others.length > 0) return { kind: 'many', objects }
  const owners = await selectLinkedKeys(db, app, item.kind, [first.key])
  const owner = owners.get(first.key)
  const linkedTo = owner === item.objectId ? undefined : owner
  return { kind: 'one', key: first.key, isOurs, isForeign: isForeign(app, evaluated, first), linkedTo }
}

function isForeign(
  { target }: Pick<ExportApp, 'target'>,
  { ownId }: Pick<Evaluated, 'ownId'>,
  { resource }: TargetObject,
): boolean {
  const { externalId } = resource
  if (!target.abilities.keepsExternalId || typeof ownId !== 'string') return false
  return typeof externalId === 'string' && externalId !== '' && externalId !== ownId
}

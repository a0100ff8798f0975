import { sourcePlace } from '@rollcall/admin-api'
import { isJsonArray, type Json, type JsonObject } from '@rollcall/scim'
import type { MemberSite } from '../../db/queries/source-team-moves.ts'
import type { ReadName } from '../../db/queries/source-settling.ts'
import { foldDn } from '../../ldap/distinguished-name.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { compileTeamRules, type CompiledTeamRules } from './compile-team-rules.ts'

/** How a source tells who is in which group. */
type GroupSource =
  /** By a column of people. */
  | { readonly kind: 'column'; readonly column: string; readonly separator: string | undefined }
  /** By groups of its own; `keyOf` is how they name the person of a record, undefined: by its anchor. */
  | { readonly kind: 'groups'; readonly keyOf: ((columns: JsonObject) => string | undefined) | undefined }

/** All that groups are settled with. */
export type TeamSite = MemberSite & { readonly rules: CompiledTeamRules; readonly from: GroupSource }

/** Undefined: groups of the source are no teams. */
export function openTeamSite(
  name: ReadName,
  { document, tables }: CompiledSourceRules,
  place: JsonObject,
): TeamSite | undefined {
  const { teams } = document
  const from = teams === undefined ? undefined : findGroupSource(document, place)
  if (teams === undefined || from === undefined) return undefined
  return {
    name,
    rules: compileTeamRules(teams, tables),
    from,
    isKeyed: from.kind === 'groups' && from.keyOf !== undefined,
    isNested: teams.nested === 'flatten' && from.kind === 'groups',
  }
}

/** Undefined: the source knows nothing of groups, or was not told where they are. */
export function findGroupSource(
  { teams, anchor }: CompiledSourceRules['document'],
  place: JsonObject,
): GroupSource | undefined {
  if (teams?.column !== undefined) return { kind: 'column', column: teams.column, separator: teams.separator }
  const { data: known } = sourcePlace.safeParse(place)
  if (known?.kind === 'scim') return { kind: 'groups', keyOf: anchor === 'id' ? undefined : byId }
  if (known?.kind !== 'ldap' || known.groups === undefined) return undefined
  const { groups } = known
  return { kind: 'groups', keyOf: groups.memberAttribute === 'memberUid' ? byUid : byDn }
}

function byId({ id }: JsonObject): string | undefined {
  return textOf(id)
}

function byDn({ dn }: JsonObject): string | undefined {
  const text = textOf(dn)
  return text === undefined ? undefined : foldDn(text)
}

function byUid({ uid }: JsonObject): string | undefined {
  return textOf(isJsonArray(uid) ? uid[0] : uid)?.toLowerCase()
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

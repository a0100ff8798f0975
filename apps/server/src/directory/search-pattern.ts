import { foldCase } from '@rollcall/scim'
import { toPattern } from '../db/filter-sql/compare.ts'

/** Shorter texts cannot be looked up everywhere, only where a name or an address begins. */
const containsCharactersMin = 3

/** For LIKE on the text by which people and teams are found: names and addresses stand between line feeds, folded. */
export function toSearchPattern(search: string): string {
  const text = foldCase(search)
  return toPattern('co', [...search].length < containsCharactersMin ? `\n${text}` : text)
}

import type { SourceRules } from '@rollcall/admin-api'

/** Columns that the rules name outright: a table without one of them is not what was agreed. */
export function columnsOf(rules: SourceRules | undefined): readonly string[] {
  if (rules === undefined) return []
  const direct = rules.mappings.map(({ source }) => source).filter((column) => column !== undefined)
  return [...new Set([rules.anchor, ...direct])]
}

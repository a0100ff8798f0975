import { joinFragments, raw, sql, sqlTrue, type Fragment } from '../filter-sql/fragment.ts'

/** What a query of the audit log asks for. */
export type AuditFilter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly AuditFilter[] }
  | { readonly kind: 'not'; readonly part: AuditFilter }
  /** One of these `field:value`, as they are stored. */
  | { readonly kind: 'terms'; readonly terms: readonly string[] }
  | { readonly kind: 'action'; readonly value: string; readonly isPrefix: boolean }
  | { readonly kind: 'result'; readonly value: string }
  | { readonly kind: 'at'; readonly operator: Comparison; readonly value: Date }
  | { readonly kind: 'sequence'; readonly operator: Comparison; readonly value: number }

export type Comparison = '<' | '<=' | '>' | '>=' | '='

/** As a condition on `audit_events`, of which each kind has an index. */
export function compileAuditFilter(filter: AuditFilter): Fragment {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return joinFragments(
        filter.parts.map((part) => sql`(${compileAuditFilter(part)})`),
        ` ${filter.kind} `,
        sqlTrue,
      )
    case 'not':
      return sql`not (${compileAuditFilter(filter.part)})`
    case 'terms':
      return filter.terms.length === 1
        ? sql`terms @> ${[...filter.terms]}::text[]`
        : sql`terms && ${[...filter.terms]}::text[]`
    case 'action':
      // With the bound of the prefix as a range the index serves, whatever the planner knows of the value.
      return filter.isPrefix
        ? sql`(action >= ${filter.value} and action < ${`${filter.value}\u{10FFFF}`})`
        : sql`action = ${filter.value}`
    case 'result':
      // Written out, so that the index of the failed ones serves.
      return raw(filter.value === 'failure' ? "result = 'failure'" : "result = 'success'")
    case 'at':
      return sql`at ${raw(filter.operator)} ${filter.value}::timestamptz`
    case 'sequence':
      return sql`sequence ${raw(filter.operator)} ${filter.value}::bigint`
    default:
      return filter satisfies never
  }
}

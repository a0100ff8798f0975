/** All that a link to the audit log carries. */
export type AuditSearch = {
  /** In the query language of the audit log. */
  readonly q?: string | undefined
  readonly open?: string | undefined
}

export function toAuditSearch({ q, open }: Record<string, unknown>): AuditSearch {
  return {
    // The router makes a number of 404.
    ...((typeof q === 'string' || typeof q === 'number') && q !== '' && { q: String(q) }),
    ...(typeof open === 'string' && { open }),
  }
}

import type { ReasonCode } from '../../reasons.ts'

/** What cannot be asked of a directory, found out before it is asked, or what its answer means that its code does not say. */
export class LdapRefusal extends Error {
  readonly kind: 'refused' | 'broken' | 'missing' | 'conflict'
  readonly reason: ReasonCode
  readonly attribute: string | undefined

  constructor(
    kind: LdapRefusal['kind'],
    reason: ReasonCode,
    about: { readonly message: string; readonly attribute?: string; readonly cause?: unknown },
  ) {
    super(about.message, { cause: about.cause })
    this.kind = kind
    this.reason = reason
    this.attribute = about.attribute
  }
}

/**
 * Something was done, and what was to follow was not. Nobody may take it for refused as a whole: what was done stands, and the
 * next attempt, which reads the entry first, goes on from there.
 */
export class HalfDone extends Error {
  constructor(cause: unknown) {
    super('Only a part was done', { cause })
  }
}

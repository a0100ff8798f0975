import type { ChainHead } from '../db/queries/audit-events.ts'

/** A keyed signature of a text; the key is not in the database, at least not in clear. */
export type Sign = (text: string) => Promise<string>

/** What a chain ended with, so that nobody who can only write to the database takes events off its end. */
export function signHead(sign: Sign, { organizationId, sequence, hash }: ChainHead): Promise<string> {
  return sign(`audit head\n${organizationId}\n${sequence}\n${hash.toString('hex')}`)
}

/** Up to which event old ones are gone, and when they were from. */
export function signCheckpoint(
  sign: Sign,
  at: { readonly organizationId: string; readonly sequence: number; readonly hash: string; readonly before: string },
): Promise<string> {
  return sign(`audit checkpoint\n${at.organizationId}\n${at.sequence}\n${at.hash}\n${at.before}`)
}

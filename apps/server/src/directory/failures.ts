import { setTimeout as sleep } from 'node:timers/promises'
import { ScimError, scimError } from '@rollcall/scim'
import { brokenUnique } from '../db/queries/constraint.ts'
import { isLastOwner, lastOwnerReason } from '../access/last-owner.ts'
import { DatabaseUnavailable } from '../unavailable.ts'
import type { DirectoryContext } from './directory-context.ts'

const attemptsMax = 5
const retryBaseMs = 5

/** Turns failures of the database into what a client may be told: 503, come back. */
export function answering<Result>(work: () => Promise<Result>): Promise<Result> {
  return work().catch(rethrow)
}

function rethrow(error: unknown): never {
  throw toAnswer(error)
}

function toAnswer(error: unknown): unknown {
  if (error instanceof ScimError) return error
  if (error instanceof DatabaseUnavailable)
    return scimError('unavailable', 'The directory cannot answer now; try again', {
      cause: error,
      headers: { 'retry-after': String(error.retryAfterSeconds) },
    })
  if (isConflict(error))
    return scimError('unavailable', 'Too many changes of the same resources at once; try again', {
      cause: error,
      headers: { 'retry-after': '1' },
    })
  if (isLastOwner(error)) return scimError('conflict', lastOwnerReason, { cause: error })
  // Adopting a record can collide with one that the connection has; the stores name what they expect.
  if (brokenUnique(error) !== undefined)
    return scimError('uniqueness', 'A value that must be unique is taken by another resource', { cause: error })
  return error
}

/** One statement that is a transaction of its own is tried again when PostgreSQL broke a deadlock. */
export async function retrying<Result>(context: DirectoryContext, statement: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await statement()
    } catch (error) {
      // Inside a transaction only the whole of it can be tried again.
      if (context.tx !== undefined || attempt >= attemptsMax || !isConflict(error)) throw error
      await sleep(retryBaseMs * 2 ** attempt * Math.random())
    }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01')
}

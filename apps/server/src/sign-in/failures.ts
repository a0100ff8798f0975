import { AccessError } from '../access/access-error.ts'
import { toPage, type Page, type PageOf } from '../access/call.ts'
import {
  countSignInFailures,
  selectSignInFailure,
  selectSignInFailures,
  trimSamlExchanges,
  type SignInFailureRow,
} from '../db/queries/saml-exchange.ts'
import { deleteExpiredOidc } from '../db/queries/openid-connect.ts'
import type { Queryable } from '../db/pool.ts'

export type SignInFailure = SignInFailureRow

/** So long failed sign-ins can be looked at (CON-G8). */
export const failureDays = 7
const failureMs = failureDays * 24 * 3_600_000

type Find = { readonly providerId: string | undefined; readonly now: Date }

/** Newest first; `next` is the last id of the page. */
export async function listSignInFailures(
  db: Queryable,
  organizationId: string,
  page: PageOf & Find,
): Promise<Page<SignInFailure>> {
  const { providerId, after, limit, now } = page
  const query = { providerId, since: since(now), after, rowsMax: limit + 1 }
  return toPage(await selectSignInFailures(db, organizationId, query), limit, (row) => row.id)
}

export function countFailures(db: Queryable, organizationId: string, { providerId, now }: Find): Promise<number> {
  return countSignInFailures(db, organizationId, { providerId, since: since(now) })
}

/** Throws `signInFailureNotFound`. */
export async function getSignInFailure(
  db: Queryable,
  organizationId: string,
  failure: { readonly id: string; readonly now: Date },
): Promise<SignInFailure> {
  const row = await selectSignInFailure(db, organizationId, { id: failure.id, since: since(failure.now) })
  if (row === undefined) throw new AccessError('signInFailureNotFound', 'There is no such failed sign-in any more')
  return row
}

/** Forgets what is past: failures, requests that nobody answered, assertions that nobody would take any more. */
export async function trimSignInExchanges(db: Queryable, now: Date): Promise<void> {
  await trimSamlExchanges(db, { now, failuresSince: since(now) })
  await deleteExpiredOidc(db, now)
}

function since(now: Date): Date {
  return new Date(now.getTime() - failureMs)
}

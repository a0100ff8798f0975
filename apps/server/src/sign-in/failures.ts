import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Page, type PageOf } from '../access/call.ts'
import {
  countSignInFailures,
  insertSignInFailure,
  selectSignInFailure,
  selectSignInFailures,
  trimSamlExchanges,
  trimSignInFailuresOf,
  type SignInFailureRow,
} from '../db/queries/saml-exchange.ts'
import { deleteSignInTestsBefore } from '../db/queries/sign-in-tests.ts'
import { deleteExpiredOidc } from '../db/queries/openid-connect.ts'
import type { Queryable } from '../db/pool.ts'
import { signInTestMs } from './trial.ts'
import { createId } from '../type-id.ts'
import { toStorable } from '../storable-text.ts'

export type SignInFailure = SignInFailureRow

/** So long failed sign-ins can be looked at (CON-G8). */
export const failureDays = 7
const failureMs = failureDays * 24 * 3_600_000

/** So many failures of one identity provider are kept. */
const failuresMax = 1_000
const detailCharactersMax = 1_000

/** Keeps a refusal for whoever looks for the fault (CON-G8); returns the id under which it is found. */
export async function keepFailure(
  db: Queryable,
  { organizationId, id: providerId }: { readonly organizationId: string; readonly id: string },
  failure: Pick<SignInFailure, 'at' | 'code' | 'detail' | 'exchange' | 'requestId'>,
): Promise<string> {
  const id = createId()
  const detail = toStorable(failure.detail.slice(0, detailCharactersMax))
  const exchange = clean(failure.exchange)
  await insertSignInFailure(db, { ...failure, organizationId, id, providerId, detail, exchange })
  await trimSignInFailuresOf(db, { organizationId, providerId }, failuresMax)
  return id
}

function clean(exchange: JsonObject): JsonObject {
  const cleaned: unknown = JSON.parse(JSON.stringify(exchange), (_, value: unknown) =>
    typeof value === 'string' ? toStorable(value) : value,
  )
  return isJsonObject(cleaned) ? cleaned : {}
}

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
  await deleteSignInTestsBefore(db, new Date(now.getTime() - signInTestMs.kept))
}

function since(now: Date): Date {
  return new Date(now.getTime() - failureMs)
}

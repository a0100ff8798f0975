import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import type { ProviderKey } from '../db/queries/saml-exchange.ts'
import {
  countSignInTests,
  insertSignInTest,
  selectSignInTest,
  selectSignInTests,
  updateSignInTestFinished,
  type SignInTestRow,
} from '../db/queries/sign-in-tests.ts'
import type { Queryable } from '../db/pool.ts'
import { createId } from '../type-id.ts'
import { signInTestMs, type Trial } from './trial.ts'

export type SignInTest = SignInTestRow

/** Somebody wants to see what a sign-in would do. */
export async function startSignInTest(db: Queryable, call: Call, key: ProviderKey): Promise<SignInTest> {
  const id = createId()
  const expiresAt = new Date(call.now.getTime() + signInTestMs.open)
  await insertSignInTest(db, { ...key, id, createdBy: call.actor, createdAt: call.now, expiresAt })
  return getSignInTest(db, key, id)
}

/** Throws `signInTestNotFound`. */
export async function getSignInTest(db: Queryable, key: ProviderKey, id: string): Promise<SignInTest> {
  const row = await selectSignInTest(db, key, id)
  if (row === undefined) throw new AccessError('signInTestNotFound', 'There is no such test any more')
  return row
}

/** Newest first; `next` is the last id of the page. */
export async function listSignInTests(db: Queryable, key: ProviderKey, page: PageOf): Promise<Page<SignInTest>> {
  const rows = await selectSignInTests(db, key, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ id }) => id)
}

export function countTests(db: Queryable, key: ProviderKey): Promise<number> {
  return countSignInTests(db, key)
}

type Outcome =
  | { readonly kind: 'signedIn' }
  | { readonly kind: 'refused'; readonly code: string; readonly failureId: string }

/** Writes down what came of it. */
export async function finishSignInTest(
  db: Queryable,
  { organizationId, id: providerId }: { readonly organizationId: string; readonly id: string },
  done: { readonly trial: Trial; readonly outcome: Outcome; readonly now: Date },
): Promise<void> {
  const { trial, outcome, now } = done
  const refused = outcome.kind === 'refused' ? outcome : undefined
  await updateSignInTestFinished(
    db,
    { organizationId, providerId, id: trial.id },
    {
      ...trial.told,
      finishedAt: now,
      passed: refused === undefined,
      code: refused?.code ?? null,
      failureId: refused?.failureId ?? null,
    },
  )
}

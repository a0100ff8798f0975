import { Failure, usageFailure } from './failure.ts'
import type { Session } from './session.ts'

const pageSize = 200

/** The organization that a command is about: named, or the only one that there can be. */
export async function requireOrganization(session: Session): Promise<string> {
  const named = findNamed(session) ?? (await findOwn(session))
  if (named !== undefined) return named
  const { data } = await session.client.call('listOrganizations', { query: { limit: 2 } })
  const [only, second] = data
  if (only !== undefined && second === undefined) return only.id
  throw usageFailure(
    only === undefined
      ? 'There is no organization yet: rollcall organization create --slug acme'
      : 'Name the organization: --organization <slug>, or set ROLLCALL_ORGANIZATION',
  )
}

/**
 * Runs a call about one id in the organization that has it.
 * Ids do not tell their organization; a key of the whole instance looks through all of them.
 */
export async function inOrganizationOf<T>(session: Session, call: (organization: string) => Promise<T>): Promise<T> {
  const named = findNamed(session) ?? (await findOwn(session))
  if (named !== undefined) return call(named)
  let cursor: string | null | undefined
  let last: Error | undefined
  do {
    const query = { limit: pageSize, ...(cursor && { cursor }) }
    const page = await session.client.call('listOrganizations', { query })
    for (const { id } of page.data) {
      const found = await tryCall(call, id)
      if (found.kind === 'found') return found.value
      last = found.error
    }
    cursor = page.nextCursor
  } while (cursor !== null)
  throw last ?? new Failure('There is no organization yet', { code: 'notFound' })
}

type Try<T> = { readonly kind: 'found'; readonly value: T } | { readonly kind: 'notFound'; readonly error: Error }

async function tryCall<T>(call: (organization: string) => Promise<T>, organization: string): Promise<Try<T>> {
  try {
    return { kind: 'found', value: await call(organization) }
  } catch (error) {
    if (!isNotFound(error)) throw error
    return { kind: 'notFound', error }
  }
}

function findNamed({ options, environment }: Session): string | undefined {
  return options.organization ?? environment.organization
}

async function findOwn(session: Session): Promise<string | undefined> {
  const { organizationId } = await session.client.call('whoami', {})
  return organizationId ?? undefined
}

function isNotFound(error: unknown): error is Error {
  return error instanceof Failure && 'code' in error.problem && error.problem.code === 'notFound'
}

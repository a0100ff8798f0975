import { isWithin } from '../../ldap/distinguished-name.ts'
import { createDirSyncControl, readDirSyncAnswer } from '../../ldap/dir-sync.ts'
import { bytesOf, type LdapEntry, textOf, textsOf } from '../../ldap/entry.ts'
import { LdapError, resultCodes } from '../../ldap/ldap-error.ts'
import { printGuid } from '../../ldap/unique-id.ts'
import { SourceError } from '../source-error.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { DirectoryRead } from './directory-read.ts'

/** What a server says of itself. Throws LdapError. */
async function readRoot({ session, signal }: DirectoryRead): Promise<LdapEntry> {
  const [root] = await session.search(
    {
      base: '',
      scope: 'base',
      filter: { kind: 'present', attribute: 'objectClass' },
      attributes: ['*', 'namingContexts', 'highestCommittedUSN', 'dsServiceName'],
    },
    signal,
  )
  return root ?? { dn: '', attributes: new Map() }
}

/**
 * Where the next delta will begin, told by the server before anything is read; undefined: there will be none. Throws LdapError,
 * SourceError where a way was asked for that the server does not offer.
 */
export async function beginChanges(read: DirectoryRead): Promise<Checkpoint | undefined> {
  const { delta, flavour } = read.source.pull
  if (delta === 'none') return undefined
  const root = await readRoot(read)
  switch (delta) {
    case 'syncrepl':
      return (
        (await beginSync(read, root)) ?? refuse('The server shows no contextCSN: it offers no syncrepl, or not to us')
      )
    case 'dirSync':
      return (await beginDirSync(read, root)) ?? refuse('The server does not let us use DirSync')
    case 'usn':
      return (
        (await beginNumbers(read, root)) ?? refuse('The server shows neither its invocationId nor numbers of changes')
      )
    case 'timestamps':
      return beginTimes(read)
    case 'auto': {
      const isActiveDirectory = flavour === 'activeDirectory'
      const best = isActiveDirectory ? await beginDirSync(read, root) : undefined
      const second = best ?? (isActiveDirectory ? await beginNumbers(read, root) : undefined)
      const sync = flavour === 'openldap' ? await beginSync(read, root) : undefined
      return second ?? sync ?? beginTimes(read)
    }
    default:
      return delta satisfies never
  }
}

function refuse(detail: string): never {
  throw new SourceError('misconfigured', detail)
}

/** OpenLDAP writes into cookies where the tree stood; what it says of that makes a cookie for what comes after. */
async function beginSync({ source, session, signal }: DirectoryRead, root: LdapEntry): Promise<Checkpoint | undefined> {
  const cookies: Record<string, string> = {}
  for (const base of source.pull.bases) {
    const suffix = contextOf(root, base)
    if (suffix === undefined) return undefined
    const filter = { kind: 'present', attribute: 'objectClass' } as const
    const [entry] = await session.search({ base: suffix, scope: 'base', filter, attributes: ['contextCSN'] }, signal)
    const numbers = entry === undefined ? [] : textsOf(entry, 'contextCSN')
    if (numbers.length === 0) return undefined
    cookies[base] = `rid=000,csn=${numbers.toSorted(bySid).join(';')}`
  }
  return { kind: 'sync', cookies }
}

/** A number of changes names the server that counted: `…#000000#001#000000`. They stand in this order. */
function bySid(one: string, other: string): number {
  return sidOf(one) < sidOf(other) ? -1 : 1
}

function sidOf(number: string): string {
  return number.split('#')[2] ?? ''
}

/** The part of the tree that a name is in, as the server divides it. */
function contextOf(root: LdapEntry, dn: string): string | undefined {
  return textsOf(root, 'namingContexts')
    .filter((context) => isWithin(dn, context))
    .toSorted((one, other) => other.length - one.length)[0]
}

/** Goes through all that there is, by ids alone: Active Directory gives the cookie of today at the end of that only. */
async function beginDirSync(read: DirectoryRead, root: LdapEntry): Promise<Checkpoint | undefined> {
  const { pull, filter, idAttribute } = read.source
  const [base, ...others] = new Set(pull.bases.map((dn) => contextOf(root, dn)))
  if (base === undefined || others.length > 0) return undefined
  let cookie: Buffer = Buffer.alloc(0)
  try {
    for (let hasMore = true; hasMore;) {
      const controls = [createDirSyncControl(cookie)]
      const search = {
        base,
        scope: 'sub',
        filter: { kind: 'text', text: filter },
        attributes: [idAttribute],
        controls,
      } as const
      const answer = readDirSyncAnswer((await read.session.exchange(search, read.signal)).controls)
      if (answer === undefined) return undefined
      cookie = answer.cookie
      hasMore = answer.hasMore
    }
  } catch (error) {
    if (isNotPermitted(error)) return undefined
    throw error
  }
  return { kind: 'dirSync', base, cookie: cookie.toString('base64') }
}

/** Without the right "Replicating Directory Changes" nobody gets anything of it. */
function isNotPermitted(error: unknown): boolean {
  const codes: readonly (number | undefined)[] = [
    resultCodes.insufficientAccessRights,
    resultCodes.unavailableCriticalExtension,
    resultCodes.unwillingToPerform,
  ]
  return error instanceof LdapError && error.kind === 'result' && codes.includes(error.code)
}

async function beginNumbers(read: DirectoryRead, root: LdapEntry): Promise<Checkpoint | undefined> {
  const after = textOf(root, 'highestCommittedUSN')
  const invocationId = await readInvocationId(read, root)
  return after === undefined || invocationId === undefined ? undefined : { kind: 'usn', invocationId, after }
}

/** Another one: another server answers, or this one was restored from a backup, and numbers begin anew. */
async function readInvocationId({ session, signal }: DirectoryRead, root: LdapEntry): Promise<string | undefined> {
  const service = textOf(root, 'dsServiceName')
  if (service === undefined) return undefined
  const filter = { kind: 'present', attribute: 'objectClass' } as const
  const [entry] = await session.search({ base: service, scope: 'base', filter, attributes: ['invocationId'] }, signal)
  const bytes = entry === undefined ? undefined : bytesOf(entry, 'invocationId')
  return bytes?.length === 16 ? printGuid(bytes) : undefined
}

function beginTimes({ source, now }: DirectoryRead): Checkpoint {
  return { kind: 'time', since: new Date(now.getTime() - source.pull.overlapMinutes * 60_000).toISOString() }
}

/** The same way again, for the delta after this one; how far the numbers of this server go. Throws SourceError. */
export async function continueNumbers(
  read: DirectoryRead,
  before: Extract<Checkpoint, { readonly kind: 'usn' }>,
): Promise<Checkpoint> {
  const next = await beginNumbers(read, await readRoot(read))
  if (next?.kind === 'usn' && next.invocationId === before.invocationId) return next
  throw new SourceError('checkpointLost', 'Another domain controller answers, or this one was restored from a backup')
}

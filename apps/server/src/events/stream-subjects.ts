import { foldCase, scimEventUris, type JsonObject } from '@rollcall/scim'
import { selectEventSubjects, selectSubjectIds } from '../db/queries/event-subjects.ts'
import { deleteStreamSubject, insertStreamSubject } from '../db/queries/event-streams.ts'
import { insertEventTokens } from '../db/queries/event-tokens.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, parseTypeId } from '../type-id.ts'
import { baseClaims, toScimSubjectId } from './stream-tokens.ts'
import type { EventStream } from './streams.ts'
import { toJti } from './token-names.ts'

/** A subject identifier (RFC 9493) as somebody sends it. */
export type SubjectIdentifier = Readonly<Record<string, unknown>>

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const depthMax = 3

/** The account or team that a subject identifier names; undefined: nobody, or more than one. Nothing is guessed. */
export async function findSubject(
  db: Queryable,
  organizationId: string,
  { subject, ...issuers }: Issuers & { readonly subject: SubjectIdentifier },
): Promise<string | undefined> {
  const keys = listKeys(subject, issuers, 0)
  for (const key of keys) {
    const ids = await selectSubjectIds(db, organizationId, key)
    if (ids.length === 1) return ids[0]
  }
  return undefined
}

/** What the "sub" of an issuer is: our account id, the externalId that it brought, or nothing to us. */
type Issuers = {
  isIssuer(issuer: string): boolean
  isExternalIssuer?(issuer: string): boolean
}

function toIssuerKeys(issuers: Issuers, issuer: string, sub: string | undefined): readonly Keys[] {
  if (issuers.isIssuer(issuer)) return toIdKeys(sub)
  if (sub === undefined || issuers.isExternalIssuer?.(issuer) !== true) return []
  return [{ externalId: sub }, ...toAddressKeys(sub)]
}

type Keys = Parameters<typeof selectSubjectIds>[2]

function listKeys(subject: SubjectIdentifier, issuers: Issuers, depth: number): readonly Keys[] {
  if (depth > depthMax) return []
  const textOf = (name: string): string | undefined => {
    const value = subject[name]
    return typeof value === 'string' && value.length <= 300 ? value : undefined
  }
  switch (subject['format']) {
    case 'email':
      return toAddressKeys(textOf('email'))
    case 'account':
      return toAddressKeys(textOf('uri')?.replace(/^acct:/, ''))
    case 'opaque':
      return toIdKeys(textOf('id'))
    case 'iss_sub':
      return toIssuerKeys(issuers, textOf('iss') ?? '', textOf('sub'))
    case 'scim':
      return toScimKeys(textOf('uri') ?? textOf('id'), textOf('externalId'))
    case 'aliases': {
      const { identifiers } = subject
      return Array.isArray(identifiers)
        ? identifiers
            .slice(0, 10)
            .flatMap((each: unknown) => (isObject(each) ? listKeys(each, issuers, depth + 1) : []))
        : []
    }
    case 'complex': {
      const { user } = subject
      return isObject(user) ? listKeys(user, issuers, depth + 1) : []
    }
    default:
      return []
  }
}

function isObject(value: unknown): value is SubjectIdentifier {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An address is a user name first; else whose mail it is. */
function toAddressKeys(address: string | undefined): readonly Keys[] {
  if (address === undefined || !address.includes('@')) return []
  const folded = foldCase(address)
  return [{ userNameKey: folded }, { email: folded }]
}

function toIdKeys(text: string | undefined): readonly Keys[] {
  if (text === undefined) return []
  const id = parseTypeId('usr', text) ?? parseTypeId('team', text)
  return id === undefined ? [] : [{ id }]
}

function toScimKeys(uri: string | undefined, externalId: string | undefined): readonly Keys[] {
  const scimId = uri?.split('/').at(-1)
  return [
    ...(scimId !== undefined && uuid.test(scimId) ? [{ scimId: scimId.toLowerCase() }] : []),
    ...(externalId === undefined ? [] : [{ externalId }]),
  ]
}

/**
 * The receiver wants to hear about a subject, or no more. With all subjects the list holds those that are left out.
 * Whoever is not known here is passed over: the answer tells nothing about who is there (SSF 1.0 §9.1).
 */
export async function setSubject(
  database: Database,
  stream: EventStream,
  wanted: { readonly subject: SubjectIdentifier; readonly isAdded: boolean; readonly now: Date },
): Promise<void> {
  const { organizationId } = stream
  const { subject, isAdded, now } = wanted
  const subjectId = await findSubject(database, organizationId, { subject, isIssuer: (name) => name === stream.issuer })
  if (subjectId === undefined) return
  await transaction(database, async (tx) => {
    const isListed = isAdded !== stream.allSubjects
    const isChanged = isListed
      ? await insertStreamSubject(tx, stream, { subjectId, at: now })
      : await deleteStreamSubject(tx, stream, subjectId)
    if (isChanged) await tellFeed(tx, stream, { subjectId, isAdded, now })
  })
}

/** The feed has a resource more or less (RFC 9967 §2.3). */
async function tellFeed(
  tx: Queryable,
  stream: EventStream,
  { subjectId, isAdded, now }: { readonly subjectId: string; readonly isAdded: boolean; readonly now: Date },
): Promise<void> {
  const uri = isAdded ? scimEventUris.feedAdd : scimEventUris.feedRemove
  const { organizationId, id: streamId, connectionId } = stream
  const [row] = await selectEventSubjects(tx, [organizationId], [subjectId])
  if (row === undefined || row.scimId === null || !stream.eventsRequested.includes(uri)) return
  const id = createId()
  const isOwn = connectionId !== null && connectionId === row.connectionId
  const claims: JsonObject = {
    ...baseClaims({ id, at: now, txn: toJti(id) }),
    sub_id: toScimSubjectId({ ...row, scimId: row.scimId }, isOwn),
    events: { [uri]: {} },
  }
  await insertEventTokens(tx, [{ organizationId, streamId, id, claims, createdAt: now }])
}

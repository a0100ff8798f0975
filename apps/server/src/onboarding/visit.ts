import { getSamlGuide, getScimGuide } from '@rollcall/admin-api/provider-guides'
import type { Call } from '../access/call.ts'
import type { LinkName } from '../access/derived-links.ts'
import { AccessError } from '../access/access-error.ts'
import { createKey, findKey, rotateKey, type IssuedKey, type Key } from '../access/keys.ts'
import { getOrganization, type Organization } from '../access/organizations.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { selectCustomerLinkByName, selectProviderSignIn, updateCustomerLink } from '../db/queries/customer-links.ts'
import { selectLiveRequests } from '../db/queries/live.ts'
import { listSignInFailures, type SignInFailure } from '../sign-in/failures.ts'
import { findIdentityProvider } from '../sign-in/identity-providers.ts'
import type { SealedIdentityProvider } from '../db/queries/identity-providers.ts'
import { createSamlProvider, updateSamlProvider, type SamlParts } from '../sign-in/saml/manage.ts'
import { formatTypeId } from '../type-id.ts'
import { changeLink, getLink, refuseEnded, type CustomerLink } from './customer-links.ts'
import { detect, type Detection } from './detections.ts'

/** What whoever has the link sees: his part of the organization and nothing else. */
export type Visit = {
  readonly link: CustomerLink
  readonly organization: Pick<Organization, 'id' | 'name' | 'slug'>
  /** The token that was made by the link, without its text. */
  readonly key: Key | undefined
  /** Undefined as long as its metadata is not there. */
  readonly identityProvider: SealedIdentityProvider | undefined
  /** Newest first. */
  readonly detections: readonly Detection[]
  readonly lastTest: { readonly at: Date; readonly failure: SignInFailure | undefined } | undefined
  readonly steps: readonly VisitStep[]
}

/** `seen`: that it is done shows by itself; `hand`: somebody ticks it off. */
export type VisitStep = {
  readonly id: string
  readonly protocol: 'scim' | 'saml'
  readonly by: 'seen' | 'hand'
  readonly isDone: boolean
}

/** The token before lives on for so long, so that nothing stops while the new one is being entered. */
const overlapSeconds = 24 * 3_600

/** The link of a token that is being opened for the first time or again. Throws `setupLinkNotFound`, `setupLinkEnded`. */
export async function openLink(database: Database, call: Call, name: LinkName): Promise<CustomerLink> {
  const found = await selectCustomerLinkByName(database, name)
  if (found === undefined) throw new AccessError('setupLinkNotFound', 'There is no such set-up link')
  const { organizationId, id } = found
  return changeLink(database, visitorOf(call, found), {
    organizationId,
    id,
    action: 'opened',
    change: ({ openedAt }) => (openedAt === null ? { openedAt: call.now } : undefined),
  })
}

/** Throws `setupLinkNotFound`, `setupLinkEnded`. */
export async function findOpenLink(
  db: Queryable,
  { organizationId, id, now }: { readonly organizationId: string; readonly id: string; readonly now: Date },
): Promise<CustomerLink> {
  const link = await getLink(db, organizationId, id)
  refuseEnded(link, now)
  return link
}

export async function describeVisit(db: Queryable, link: CustomerLink, now: Date): Promise<Visit> {
  const { organizationId, keyId, identityProviderId } = link
  const [organization, key, identityProvider, detections] = await Promise.all([
    getOrganization(db, organizationId),
    keyId === null ? undefined : findKey(db, organizationId, keyId),
    identityProviderId === null ? undefined : findIdentityProvider(db, organizationId, identityProviderId),
    listDetections(db, link),
  ])
  const lastTest = identityProvider === undefined ? undefined : await findLastTest(db, link, identityProvider.id, now)
  const seen = { hasKey: key !== undefined, detections, identityProvider, lastTest }
  return { link, organization, key, identityProvider, detections, lastTest, steps: toSteps(link, seen) }
}

/** Requests of the connection since the link was made, and those that came with a token that is none. */
async function listDetections(db: Queryable, link: CustomerLink): Promise<readonly Detection[]> {
  const { organizationId, connectionId, id: fromId } = link
  if (connectionId === null) return []
  return detect(link.provider, await selectLiveRequests(db, organizationId, { connectionId, fromId }))
}

async function findLastTest(
  db: Queryable,
  link: CustomerLink,
  providerId: string,
  now: Date,
): Promise<Visit['lastTest']> {
  const { organizationId, createdAt: since } = link
  const [signedInAt, failures] = await Promise.all([
    selectProviderSignIn(db, organizationId, { providerId, since }),
    listSignInFailures(db, organizationId, { providerId, now, limit: 1 }),
  ])
  const [failure] = failures.data
  const isFailure =
    failure !== undefined && failure.at >= since && (signedInAt === undefined || failure.at > signedInAt)
  if (isFailure) return { at: failure.at, failure }
  return signedInAt === undefined ? undefined : { at: signedInAt, failure: undefined }
}

type Seen = Pick<Visit, 'detections' | 'identityProvider' | 'lastTest'> & { readonly hasKey: boolean }

/** The steps of the guides, and at the end a sign-in that was tried. */
function toSteps({ purpose, provider, doneSteps }: CustomerLink, seen: Seen): readonly VisitStep[] {
  const scim =
    purpose === 'saml' ? [] : getScimGuide(provider).steps.map(({ id }) => ({ id, protocol: 'scim' as const }))
  const saml =
    purpose === 'scim'
      ? []
      : [...getSamlGuide(provider).steps, { id: 'test' }].map(({ id }) => ({ id, protocol: 'saml' as const }))
  return [...saml, ...scim].map(({ id, protocol }) => {
    const isSeen = findSeen(`${protocol}/${id}`, seen)
    const isTicked = doneSteps.includes(`${protocol}/${id}`)
    return { id, protocol, by: isSeen === undefined ? 'hand' : 'seen', isDone: isSeen === true || isTicked }
  })
}

/** Undefined: it cannot be seen from here. */
function findSeen(step: string, { hasKey, detections, identityProvider, lastTest }: Seen): boolean | undefined {
  const hasDone = (...acts: readonly string[]): boolean =>
    detections.some(({ act, cause }) => cause === undefined && acts.includes(act))
  switch (step) {
    case 'scim/connect':
      return hasKey && detections.some(({ cause }) => cause === undefined)
    case 'scim/assign':
    case 'scim/start':
      return hasDone('createUser', 'updateUser')
    case 'scim/push-groups':
      return hasDone('createGroup', 'updateGroup')
    case 'saml/metadata':
      return identityProvider !== undefined
    case 'saml/test':
      return lastTest !== undefined && lastTest.failure === undefined
    default:
      return undefined
  }
}

/** Ticks a step off, or takes the tick back; it is the one that is being looked at. Throws `setupStepUnknown`. */
export async function settleStep(
  database: Database,
  call: Call,
  link: CustomerLink,
  { step, isDone }: { readonly step: string; readonly isDone: boolean | undefined },
): Promise<CustomerLink> {
  const visit = await describeVisit(database, link, call.now)
  if (!visit.steps.some(({ id, protocol }) => `${protocol}/${id}` === step))
    throw new AccessError('setupStepUnknown', 'This set-up has no such step', { field: 'step' })
  const { organizationId, id } = link
  return changeLink(database, visitorOf(call, link), {
    organizationId,
    id,
    action: 'step_done',
    change: ({ doneSteps }) => {
      const others = doneSteps.filter((each) => each !== step)
      return { step, doneSteps: isDone === undefined ? doneSteps : isDone ? [...others, step] : others }
    },
  })
}

/** A token for the connection, in the place of the one that the link made before. Throws `setupLinkPurpose`. */
export async function makeToken(
  database: Database,
  call: Call,
  link: CustomerLink,
): Promise<IssuedKey & { readonly previous?: Key }> {
  const { organizationId, connectionId, provider } = link
  if (connectionId === null) throw new AccessError('setupLinkPurpose', 'This link is not about SCIM')
  const visitor = visitorOf(call, link)
  const before = link.keyId === null ? undefined : await findKey(database, organizationId, link.keyId)
  const isLive = before !== undefined && before.revokedAt === null
  const name = `${getScimGuide(provider).product} (set-up link)`
  const issued = isLive
    ? await rotateKey(database, visitor, { organizationId, keyId: before.id, overlapSeconds })
    : await createKey(database, visitor, { organizationId, command: { scopes: ['scim'], name, connectionId } })
  await transaction(database, async (tx) => {
    const current = await getLink(tx, organizationId, link.id, { lock: true })
    await updateCustomerLink(tx, { ...current, keyId: issued.key.id })
  })
  return issued
}

export type Metadata = { readonly metadataUrl?: string | undefined; readonly metadataXml?: string | undefined }

/** Takes what the identity provider says of itself. Throws `setupLinkPurpose`, `invalidMetadata`. */
export async function takeMetadata(
  parts: SamlParts,
  call: Call,
  link: CustomerLink,
  metadata: Metadata,
): Promise<void> {
  const { organizationId, identityProviderId: id, provider } = link
  if (id === null) throw new AccessError('setupLinkPurpose', 'This link is not about SAML')
  const visitor = visitorOf(call, link)
  const existing = await findIdentityProvider(parts.database, organizationId, id)
  const { product, preset } = getSamlGuide(provider)
  if (existing === undefined) {
    const request = { organizationId, id, name: product, preset, command: metadata }
    await createSamlProvider(parts, visitor, request)
  } else {
    const request = { organizationId, id, name: undefined, state: undefined, command: metadata, ifVersion: undefined }
    await updateSamlProvider(parts, visitor, request)
  }
}

/** It is done: the link opens nothing any more. */
export function finishVisit(database: Database, call: Call, link: CustomerLink): Promise<CustomerLink> {
  const { organizationId, id } = link
  return changeLink(database, visitorOf(call, link), {
    organizationId,
    id,
    action: 'done',
    change: () => ({ doneAt: call.now }),
  })
}

/** Nobody with an account: what he does stands under the link, and he does what the link was made for. */
function visitorOf(call: Call, link: CustomerLink): Call {
  return { ...call, actor: formatTypeId('slnk', link.id), rights: 'all' }
}

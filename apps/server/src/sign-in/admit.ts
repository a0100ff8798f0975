import { toKeyOwner, type KeyOwner } from '../access/rights.ts'
import type { SignInSettings } from '../access/sign-in-settings.ts'
import { selectFactors } from '../db/queries/factors.ts'
import { selectOwnerRoles } from '../db/queries/keys.ts'
import { selectIsOperator } from '../db/queries/operators.ts'
import { selectPersonAtDoor } from '../db/queries/sign-in.ts'
import type { SessionMethod, SessionStage } from '../db/queries/sessions.ts'
import type { Queryable } from '../db/pool.ts'

/** Why somebody who is known stays outside; the pages have a text for each. */
export type AdmissionRefusal =
  /** The first way in is the link of the invitation: it confirms the address. */
  | 'invitationNotAccepted'
  | 'suspended'
  /** Deleted, or nobody of ours. */
  | 'gone'
  /** The organization is locked down, and the person is no owner. */
  | 'lockedDown'
  /** The organization has switched this way off. */
  | 'methodOff'

export type Admission =
  /** `secondStep`: what was proven does not suffice yet; the session leads to the second step and nowhere else. */
  | { readonly kind: 'admitted'; readonly stage: SessionStage }
  | { readonly kind: 'refused'; readonly code: AdmissionRefusal }

/** Who stands at the door, as far as that is proven. */
export type Comer = {
  readonly organizationId: string
  readonly userId: string
  readonly method: SessionMethod
  readonly factors: readonly string[]
}

/** The one place that decides who may sign in how; every method asks it once it knows who it is. */
export async function admitPerson(tx: Queryable, comer: Comer, signIn: SignInSettings): Promise<Admission> {
  const { organizationId, userId, method } = comer
  const person = await selectPersonAtDoor(tx, organizationId, userId)
  if (person === undefined || person.state === 'deprovisioned') return refuse('gone')
  if (person.state === 'suspended') return refuse('suspended')
  if (person.state === 'pending') return refuse('invitationNotAccepted')
  const owner = toKeyOwner(await selectOwnerRoles(tx, organizationId, userId))
  if (signIn.isLockedDown && !owner.permissions.has('owners:manage')) return refuse('lockedDown')
  const allowed = person.methods ?? toAllowed(signIn)
  if (!isEmergency(method, owner) && !person.isBuiltIn && !allowed.includes(method)) return refuse('methodOff')
  const isOperator = await selectIsOperator(tx, organizationId, userId)
  const isTooLittle = needsSecondStep(owner, comer.factors, isOperator) || (await lacksOwnFactor(tx, comer))
  return { kind: 'admitted', stage: isTooLittle ? 'secondStep' : 'full' }
}

/**
 * No switch keeps an owner outside who has a passkey or a recovery code of his own: they are for the day when single sign-on
 * lets nobody in, as is a built-in account (CON-G7). A recovery code alone lets nobody else in.
 */
function isEmergency(method: SessionMethod, owner: KeyOwner): boolean {
  if (method === 'invitation') return true
  return (method === 'passkey' || method === 'recoveryCode') && owner.permissions.has('owners:manage')
}

/** Whether a recovery code may let somebody in who has shown nothing else. */
export async function mayUseEmergency(
  db: Queryable,
  { organizationId, userId }: Pick<Comer, 'organizationId' | 'userId'>,
): Promise<boolean> {
  return isEmergency('recoveryCode', toKeyOwner(await selectOwnerRoles(db, organizationId, userId)))
}

/** Whoever has set up a second factor is asked for it, with or without rights. */
async function lacksOwnFactor(tx: Queryable, { organizationId, userId, factors }: Comer): Promise<boolean> {
  if (isStrong(factors)) return false
  const { passkeys, hasTotp } = await selectFactors(tx, organizationId, userId)
  return passkeys > 0 || hasTotp
}

/** Whether what was proven is too little for somebody with such rights: a password alone never lets an administrator in. */
export function needsSecondStep(owner: KeyOwner, factors: readonly string[], isOperator: boolean): boolean {
  return wantsSecondStep(owner, isOperator) && !isStrong(factors)
}

/** Whoever has a right, of whatever kind, needs more than a password. */
export function wantsSecondStep(owner: Pick<KeyOwner, 'permissions' | 'ofTeams'>, isOperator: boolean): boolean {
  return isOperator || owner.permissions.size > 0 || owner.ofTeams.size > 0
}

/** A passkey is two things in one; an identity provider has asked for as many as it wants. */
function isStrong(factors: readonly string[]): boolean {
  return factors.some((name) => sufficient.has(name)) || new Set(factors).size > 1
}

const sufficient: ReadonlySet<string> = new Set(['passkey', 'saml', 'oidc', 'recoveryCode'])

function toAllowed({ methods }: SignInSettings): readonly string[] {
  return Object.entries(methods).flatMap(([name, isOn]) => (isOn ? [name] : []))
}

function refuse(code: AdmissionRefusal): Admission {
  return { kind: 'refused', code }
}

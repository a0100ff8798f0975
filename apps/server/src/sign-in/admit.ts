import { toKeyOwner, type KeyOwner } from '../access/rights.ts'
import type { SignInSettings, SwitchableMethod } from '../access/sign-in-settings.ts'
import { selectOwnerRoles } from '../db/queries/keys.ts'
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
  // A built-in account is for the day when everything else fails: no switch keeps it outside.
  if (isSwitchable(method) && !person.isBuiltIn && !allowed.includes(method)) return refuse('methodOff')
  return { kind: 'admitted', stage: needsSecondStep(owner, comer.factors) ? 'secondStep' : 'full' }
}

/** Whether what was proven is too little for somebody with such rights: a password alone never lets an administrator in. */
export function needsSecondStep(owner: KeyOwner, factors: readonly string[]): boolean {
  const hasRights = owner.permissions.size > 0 || owner.ofTeams.size > 0
  return hasRights && !isStrong(factors)
}

/** A passkey is two things in one; an identity provider has asked for as many as it wants. */
function isStrong(factors: readonly string[]): boolean {
  return factors.some((name) => sufficient.has(name)) || new Set(factors).size > 1
}

const sufficient: ReadonlySet<string> = new Set(['passkey', 'saml', 'oidc'])

function isSwitchable(method: SessionMethod): method is SwitchableMethod {
  return method !== 'recoveryCode' && method !== 'invitation'
}

function toAllowed({ methods }: SignInSettings): readonly string[] {
  return Object.entries(methods).flatMap(([name, isOn]) => (isOn ? [name] : []))
}

function refuse(code: AdmissionRefusal): Admission {
  return { kind: 'refused', code }
}

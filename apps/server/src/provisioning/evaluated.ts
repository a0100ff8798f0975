import type { ProvisioningRules } from '@rollcall/admin-api'
import type { TargetValue } from '@rollcall/expressions'
import type { DesiredAttributes, PrintedDesired } from './desired.ts'
import type { Link } from '../db/queries/provisioning-links.ts'
import { hasAccount } from './export/link.ts'
import type { Wanted } from './export/protocol.ts'
import type { ReasonCode } from './reasons.ts'
import type { MatchQuery } from './targets/target.ts'

/** What the rules say of one object, references resolved: from data that was read just now. */
export type Evaluated = PrintedDesired & {
  /** Assigned, not deleted, and no filter leaves it out. */
  readonly isInScope: boolean
  /** Why not. */
  readonly reason: ReasonCode | undefined
  /** No account is made or looked for, for that reason. */
  readonly isSkipped: boolean
  /** What is desired leaves an account that cannot be used. */
  readonly isDisabling: boolean
  /** It is gone from the directory for good. */
  readonly isGone: boolean
  /** What somebody decided for this object alone, whatever the rules say. */
  readonly decided?: Wanted['intent'] | undefined
  /** Of the object, as it was read. */
  readonly version: number | null
  /** What goes into a new account besides: defaults, what is set once. */
  readonly creating: DesiredAttributes
  /** What goes into an account that is adopted, where it has nothing. */
  readonly ifEmpty: DesiredAttributes
  /** Lists that only grow in the app. */
  readonly additive: readonly string[]
  /** Attributes of a new account that nobody else may have: the first candidate that is free is taken. */
  readonly unique: readonly { readonly attribute: string; readonly candidates: readonly string[] }[]
  readonly matches: readonly MatchQuery[]
  /** What only we give an account: it is found by it whatever the rules match by. */
  readonly ownId: TargetValue | undefined
  readonly failure?:
    | { readonly reason: ReasonCode; readonly attribute: string | undefined; readonly detail: string }
    | undefined
  /** When a rule that reads the clock says something else. */
  readonly nextChangeAt?: Date | undefined
  readonly redactedPaths: readonly string[]
  /** How people call it. */
  readonly name: string | undefined
}

type ObjectRules = ProvisioningRules['users']

/** The parts of the rules that say what may happen to accounts. */
export type AccountRules = Pick<ObjectRules, 'actions' | 'leaving' | 'adoption' | 'onVanished'>

/** What is to become of the account. */
export function toWanted(evaluated: Evaluated, link: Link, rules: AccountRules, now: Date): Wanted {
  const { desired, printed, hash, matches, isInScope } = evaluated
  return { intent: toIntent(evaluated, link, rules, now), desired, printed, hash, matches, isInScope }
}

function toIntent(evaluated: Evaluated, link: Link, rules: AccountRules, now: Date): Wanted['intent'] {
  if (evaluated.decided !== undefined) return evaluated.decided
  if (!evaluated.isInScope) return toLeaving(evaluated, link, rules, now)
  const isThere = hasAccount(link)
  // Who is not active gets no account; who has one keeps it, disabled.
  if (evaluated.isDisabling) return isThere && rules.actions.update ? 'disable' : 'nothing'
  if (!isThere && evaluated.isSkipped) return 'nothing'
  return isThere && !rules.actions.update ? 'nothing' : 'provision'
}

function toLeaving({ isGone }: Evaluated, link: Link, rules: AccountRules, now: Date): Wanted['intent'] {
  const { leaving, actions } = rules
  const disabling = actions.update ? 'disable' : 'nothing'
  switch (leaving.policy) {
    case 'disable':
      return disabling
    case 'disableThenDelete': {
      const isDue = isGone || (link.deleteDueAt !== null && now >= link.deleteDueAt)
      return isDue && actions.delete ? 'delete' : disabling
    }
    case 'delete':
      return actions.delete ? 'delete' : disabling
    case 'unlink':
      return 'unlink'
    case 'nothing':
      return 'nothing'
    default:
      return leaving.policy satisfies never
  }
}

import { foldCase, isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import type { AppSettings } from '@rollcall/admin-api'
import type { DesiredAttributes } from '../desired.ts'
import type { CompiledObjectRules } from '../rules/compiled.ts'
import { isOff } from '../switches-off.ts'
import type { TargetAbilities } from '../targets/target.ts'

/** What becomes of accounts that nobody is assigned to. */
export type OrphanPolicy = {
  readonly operation: 'disable' | 'delete'
  /** How the app is told that an account is off. */
  readonly off: DesiredAttributes
  /** Accounts that were left to the app when their people left: the rules said so. */
  readonly leavesOurs: boolean
  /** Folded: names of accounts have no case. */
  readonly keeps: ReadonlySet<string>
}

/** Whether somebody has said of an account that it stays in any case. */
export function isKept(
  { keeps }: OrphanPolicy,
  { targetKey, name }: { readonly targetKey: string; readonly name: string | null },
): boolean {
  return keeps.has(foldCase(targetKey)) || (name !== null && keeps.has(foldCase(name)))
}

type Rules = Pick<CompiledObjectRules, 'leaving' | 'actions' | 'mappings'>

/** Undefined: they stay as they are, by the settings, or since the app or its rules have no way to take them away. */
export function toOrphanPolicy(
  { orphans, keepOrphans }: AppSettings['reconciliation'],
  rules: Rules,
  abilities: Pick<TargetAbilities, 'canDisable' | 'canDelete'>,
): OrphanPolicy | undefined {
  if (orphans === 'keep') return undefined
  const { leaving, actions } = rules
  const deletesLeavers = leaving.policy === 'delete' || leaving.policy === 'disableThenDelete'
  const off = offOf(rules)
  const common = {
    off,
    leavesOurs: leaving.policy === 'unlink' || leaving.policy === 'nothing',
    keeps: new Set(keepOrphans.map(foldCase)),
  }
  if (orphans === 'delete' && deletesLeavers && actions.delete && abilities.canDelete)
    return { ...common, operation: 'delete' }
  const canDisable = abilities.canDisable && actions.update && Object.keys(off).length > 0
  return canDisable ? { ...common, operation: 'disable' } : undefined
}

/** Whether an account is off, by the attribute by which the rules switch accounts. */
export function findSwitch({ mappings }: Pick<Rules, 'mappings'>, resource: JsonObject): boolean | undefined {
  const paths = mappings.map(({ target }) => target).filter((path) => isOff(path, false) !== undefined)
  for (const path of paths) {
    const value = valueAt(resource, path)
    // Objects are no switches; the others are what rules write too.
    if (value !== undefined && !isJsonObject(value)) return isOff(path, value as DesiredAttributes[string])
  }
  return undefined
}

function offOf({ mappings }: Pick<Rules, 'mappings'>): DesiredAttributes {
  for (const { target } of mappings) {
    const off = [false, true].find((value) => isOff(target, value) === true)
    if (off !== undefined) return { [target]: off }
  }
  return {}
}

function valueAt(resource: JsonObject, path: string): Json | undefined {
  const name = path.toLowerCase()
  const found = Object.keys(resource).find((key) => key.toLowerCase() === name)
  return found === undefined ? undefined : resource[found]
}

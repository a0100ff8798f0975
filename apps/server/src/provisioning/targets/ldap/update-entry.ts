import { isDeepStrictEqual } from 'node:util'
import { foldDn, isSameDn, isWithin, parentOf, parseDn, printRdn } from '../../../ldap/distinguished-name.ts'
import { type LdapEntry, textsOf } from '../../../ldap/entry.ts'
import { isResult } from '../../../ldap/ldap-error.ts'
import type { LdapChange, LdapSession } from '../../../ldap/session.ts'
import type { ObjectKind } from '../../object.ts'
import type { TargetObject, UpdateRequest } from '../target.ts'
import { toStateChange } from './account-state.ts'
import { keysByName, type Writing } from './create-entry.ts'
import { checkAccountName, type DesiredEntry, toDesiredEntry } from './desired-entry.ts'
import { attributesOf, findByKey } from './find-entries.ts'
import { toPasswordValue } from './password.ts'
import { addNewName, findReferrers, replaceName } from './referrers.ts'
import { HalfDone, LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'
import { toTargetObject } from './values.ts'

/**
 * Reads the entry and sends what differs: who is to be disabled first of all, then the name and place, then the attributes, and
 * who is to be enabled last. Throws LdapError, LdapRefusal, HalfDone.
 */
export async function updateEntry(
  session: LdapSession,
  kind: ObjectKind,
  { request, writing }: { readonly request: UpdateRequest; readonly writing: Writing },
): Promise<TargetObject | null> {
  const { settings, signal } = writing
  const attributes = attributesOf(kind, settings, Object.keys(request.after))
  const entry = await findByKey(session, request.key, { settings, signal, attributes })
  if (entry === undefined) throw gone(request.key)
  const wanted = await toDesiredEntry(session, request.after, writing)
  if (kind === 'user') checkAccountName(wanted.attributes, settings)
  const plan = planUpdate(session, { entry, wanted, request, kind, settings })
  const dn = await carryOut(session, entry, { plan, writing })
  if (writing.isRehearsal) return null
  const references = keysByName(request.after, wanted)
  if (isEmpty(plan)) return toTargetObject(entry, settings, { references })
  const [changed] = await session.search(
    { base: dn, scope: 'base', filter: { kind: 'present', attribute: 'objectClass' }, attributes },
    signal,
  )
  return changed === undefined ? null : toTargetObject(changed, settings, { references })
}

export function gone(key: string): LdapRefusal {
  return new LdapRefusal('missing', 'Vanished', { message: `There is no entry with the id ${key}` })
}

type Plan = {
  readonly disabling: LdapChange | undefined
  readonly name: { readonly rdn: string; readonly parent: string } | undefined
  readonly changes: readonly LdapChange[]
  readonly enabling: LdapChange | undefined
}

function isEmpty({ disabling, name, changes, enabling }: Plan): boolean {
  return disabling === undefined && name === undefined && changes.length === 0 && enabling === undefined
}

type Facts = {
  readonly entry: LdapEntry
  readonly wanted: DesiredEntry
  readonly request: UpdateRequest
  readonly kind: ObjectKind
  readonly settings: LdapSettings
}

function planUpdate(session: LdapSession, facts: Facts): Plan {
  const { entry, wanted, settings, kind } = facts
  const willBe = kind === 'user' ? wanted.isDisabled : undefined
  const state = willBe === undefined ? undefined : toStateChange(entry, willBe, settings)
  const password = toPasswordChange(session, facts)
  return {
    disabling: willBe === true ? state : undefined,
    name: toNewName(facts),
    changes: [...toChanges(facts), ...(password === undefined ? [] : [password])],
    enabling: willBe === false ? state : undefined,
  }
}

/** Each step stands by itself, and the next attempt goes on from what it finds. */
async function carryOut(
  session: LdapSession,
  entry: LdapEntry,
  { plan, writing }: { readonly plan: Plan; readonly writing: Writing },
): Promise<string> {
  const { signal } = writing
  let { dn } = entry
  let steps = 0
  const step = async (act: () => Promise<void>): Promise<void> => {
    try {
      await act()
      steps++
    } catch (error) {
      throw steps === 0 ? error : new HalfDone(error)
    }
  }
  const { disabling, name, changes, enabling } = plan
  if (disabling !== undefined) await step(() => session.modify(dn, [disabling], { signal }))
  if (name !== undefined) {
    const next = `${name.rdn},${name.parent}`
    const last = dn
    const referrers = isSameDn(last, next) ? [] : await findReferrers(session, last, writing)
    if (referrers.length > 0) await step(() => addNewName(session, referrers, { dn: next, signal }))
    await step(() => rename(session, last, { ...name, signal }))
    if (referrers.length > 0) await step(() => replaceName(session, { last, next }, writing))
    dn = next
  }
  if (changes.length > 0) await step(() => session.modify(dn, changes, { signal }))
  if (enabling !== undefined) await step(() => session.modify(dn, [enabling], { signal }))
  return dn
}

async function rename(
  session: LdapSession,
  dn: string,
  { rdn, parent, signal }: { readonly rdn: string; readonly parent: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  try {
    await session.rename(dn, { rdn, parent }, signal)
  } catch (error) {
    // The entry was just read: what is not there is the place that it goes to.
    if (!isResult(error, 'noSuchObject')) throw error
    const message = `${dn} cannot go to ${parent}: ${error.message}`
    throw new LdapRefusal('refused', 'InvalidValue', { message, attribute: 'parentDistinguishedName', cause: error })
  }
}

/** Undefined: it is called and stands as it should. */
function toNewName(facts: Facts): Plan['name'] {
  const { entry } = facts
  const current = parseDn(entry.dn)?.[0]?.[0]
  if (current === undefined) return undefined
  const own = parentOf(entry.dn)
  const parent = toParent(facts, own)
  const value = namingValue(facts) ?? current.value
  if (isSameDn(parent, own) && value === current.value) return undefined
  return { rdn: printRdn(current.type, value), parent }
}

function toParent({ entry, wanted, kind, settings }: Facts, own: string): string {
  const { usersDn, groupsDn, profile } = settings
  const { disabledDn } = profile
  const standard = kind === 'user' ? usersDn : groupsDn
  if (kind === 'user' && disabledDn !== null) {
    const isThere = isWithin(entry.dn, disabledDn)
    if (wanted.isDisabled === true) return isThere ? own : disabledDn
    if (wanted.isDisabled === false && isThere && wanted.parent === undefined) return standard
  }
  return wanted.parent === undefined ? own : (wanted.parent ?? standard)
}

/** An entry that others named by another attribute keeps its name. */
function namingValue({ entry, wanted }: Facts): string | undefined {
  const type = parseDn(entry.dn)?.[0]?.[0]?.type.toLowerCase()
  return [...wanted.attributes].find(([name]) => name.toLowerCase() === type)?.[1][0]
}

function toChanges({ entry, wanted, request, settings }: Facts): readonly LdapChange[] {
  const { before, after, additive = [] } = request
  const naming = parseDn(entry.dn)?.[0]?.[0]?.type.toLowerCase()
  const references = new Set(settings.profile.references.map((name) => name.toLowerCase()))
  return [...wanted.attributes].flatMap(([attribute, values]): readonly LdapChange[] => {
    if (attribute.toLowerCase() === naming) return []
    if (before !== null && isDeepStrictEqual(before[attribute], after[attribute])) return []
    const fold = references.has(attribute.toLowerCase()) ? foldDn : (text: string) => text
    const has = new Set(textsOf(entry, attribute).map(fold))
    const lacking = values.filter((value) => !has.has(fold(value)))
    if (additive.includes(attribute))
      return lacking.length === 0 ? [] : [{ operation: 'add', attribute, values: lacking }]
    if (lacking.length === 0 && has.size === values.length) return []
    return [{ operation: 'replace', attribute, values }]
  })
}

/** It cannot be read, so it is sent when the mapping says another one. */
function toPasswordChange(session: LdapSession, { wanted, request, settings }: Facts): LdapChange | undefined {
  const { password } = wanted
  const { before, after } = request
  if (password === undefined) return undefined
  const name = Object.keys(after).find((path) => path.toLowerCase() === 'password') ?? 'password'
  if (before !== null && isDeepStrictEqual(before[name], after[name])) return undefined
  return { operation: 'replace', ...toPasswordValue(password, session, settings.isActiveDirectory) }
}

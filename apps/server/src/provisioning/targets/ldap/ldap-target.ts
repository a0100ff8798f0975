import type { LdapConnections } from '../../../ldap/connections.ts'
import { type LdapEntry, textsOf } from '../../../ldap/entry.ts'
import type { LdapServer } from '../../../ldap/ldap-server.ts'
import type { LdapSession } from '../../../ldap/session.ts'
import { readWholeValues } from '../../../ldap/whole-values.ts'
import type { ObjectKind } from '../../object.ts'
import type { MatchQuery, Outcome, Target, TargetAbilities, TargetObject } from '../target.ts'
import { changeMembers } from './change-members.ts'
import { type Asked, classify } from './classify.ts'
import { createEntry } from './create-entry.ts'
import { createLdapComparer } from './comparer.ts'
import { attributesOf, below, filterOf, findByKey, findKeys, searchedAs, toMatchFilter } from './find-entries.ts'
import { createListing } from './list-entries.ts'
import { findReferrers, removeOldName } from './referrers.ts'
import { LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'
import { gone, updateEntry } from './update-entry.ts'
import { toTargetObject } from './values.ts'
import { type Watching, watchSession } from './watched-session.ts'

export type LdapTargetParts = Watching & {
  readonly connections: LdapConnections
  readonly server: LdapServer
  readonly settings: LdapSettings
  /** Attributes of groups that the rules write: groups are not read whole. */
  readonly groupAttributes: readonly string[]
}

type Use = <Value>(
  asked: Asked,
  signal: AbortSignal | undefined,
  act: (session: LdapSession) => Promise<Value>,
) => Promise<Outcome<Value>>

/** The port of targets over LDAP: entries are known by entryUUID or objectGUID, never by their names. */
export function createLdapTarget(parts: LdapTargetParts): Target {
  const { settings, isRehearsal, groupAttributes } = parts
  const use = createUse(parts)
  const listing = createListing({ ...parts, also: groupAttributes })
  const search = (kind: ObjectKind, query: MatchQuery, signal: AbortSignal | undefined) =>
    use(toAsked('search', true, query), signal, (session) =>
      find(session, { kind, query, settings, groupAttributes }, signal),
    )
  return {
    abilities: toAbilities(settings),
    find: search,
    findHolders: (attribute, value, signal) =>
      use(toAsked('search', true, [{ attribute }]), signal, (session) =>
        findHolders(session, { attribute, value, settings }, signal),
      ),
    get: (kind, key, signal) =>
      use(toAsked('one', true), signal, (session) => get(session, { kind, key, settings, groupAttributes }, signal)),
    list: async (kind, page, signal, attributes) => {
      try {
        return done(await listing.list(kind, page, signal, attributes))
      } catch (error) {
        return classify(error, { kind: 'list', isRead: true })
      }
    },
    openComparer: (kind) =>
      Promise.resolve(
        createLdapComparer(kind, {
          settings,
          isHeld: (attribute, signal) =>
            use(toAsked('search', true, [{ attribute }]), signal, (session) =>
              isHeld(session, { kind, attribute, settings }, signal),
            ),
        }),
      ),
    create: (kind, desired, signal) =>
      use({ kind: 'create', isRead: false, attributes: Object.keys(desired) }, signal, (session) =>
        createEntry(session, kind, { desired, writing: { settings, signal, isRehearsal } }),
      ),
    update: (kind, request, signal) =>
      use({ kind: 'one', isRead: false, attributes: Object.keys(request.after) }, signal, (session) =>
        updateEntry(session, kind, { request, writing: { settings, signal, isRehearsal } }),
      ),
    remove: (_kind, key, signal) =>
      use(toAsked('one', false), signal, async (session) => {
        const entry = await findByKey(session, key, { settings, signal, attributes: [settings.idAttribute] })
        if (entry === undefined) throw gone(key)
        await removeOldName(session, await findReferrers(session, entry.dn, { settings, signal }), { settings, signal })
        await session.remove(entry.dn, signal)
        return null
      }),
    changeMembers: (change, signal) =>
      use(toAsked('members', false), signal, async (session) => {
        await changeMembers(session, change, { settings, signal })
        return null
      }),
    probe: (signal) => use(toAsked('probe', true), signal, (session) => probe(session, settings, signal)),
  }
}

function createUse({ connections, server, settings, ...watching }: LdapTargetParts): Use {
  const { requestTimeoutMs: timeoutMs } = settings.profile
  return async (asked, signal, act) => {
    try {
      return done(
        await connections.use(server, { timeoutMs, signal }, (session) => act(watchSession(session, watching))),
      )
    } catch (error) {
      return classify(error, asked)
    }
  }
}

function done<Value>(value: Value): Outcome<Value> {
  return { kind: 'done', status: null, value }
}

function toAsked(kind: Asked['kind'], isRead: boolean, query: readonly { readonly attribute: string }[] = []): Asked {
  return { kind, isRead, attributes: query.map(({ attribute }) => attribute) }
}

function toAbilities({ profile }: LdapSettings): TargetAbilities {
  return {
    kinds: profile.hasGroups ? ['user', 'team'] : ['user'],
    membersMax: profile.membersMax,
    replacesMembers: false,
    showsMembers: true,
    readLagMs: profile.readLagMs,
    filterable: null,
    requestTimeoutMs: profile.requestTimeoutMs,
    requestsPerSecondMax: profile.requestsPerSecondMax,
    permitsMax: profile.permitsMax,
    keepsExternalId: false,
    canDisable: true,
    canDelete: true,
  }
}

type Finding = {
  readonly kind: ObjectKind
  readonly query: MatchQuery
  readonly settings: LdapSettings
  readonly groupAttributes: readonly string[]
}

async function find(
  session: LdapSession,
  { kind, query, settings, groupAttributes }: Finding,
  signal: AbortSignal | undefined,
): Promise<readonly TargetObject[]> {
  const attributes = attributesOf(kind, settings, groupAttributes)
  const filter = toMatchFilter(kind, query, settings)
  const found = await session.search({ ...below(settings), filter, attributes, entriesMax: 2 }, signal)
  return found.map((entry) => toTargetObject(entry, settings))
}

/** Names are unique among all that have one: people, groups and computers. */
async function findHolders(
  session: LdapSession,
  {
    attribute,
    value,
    settings,
  }: { readonly attribute: string; readonly value: string; readonly settings: LdapSettings },
  signal: AbortSignal | undefined,
): Promise<readonly TargetObject[]> {
  const filter = { kind: 'equal', attribute, value } as const
  const attributes = [settings.idAttribute]
  const found = await session.search({ ...below(settings), filter, attributes, entriesMax: 2 }, signal)
  return found.map((entry) => toTargetObject(entry, settings))
}

async function isHeld(
  session: LdapSession,
  {
    kind,
    attribute,
    settings,
  }: { readonly kind: ObjectKind; readonly attribute: string; readonly settings: LdapSettings },
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const present = { kind: 'present', attribute: searchedAs(kind, attribute, settings) } as const
  const filter = { kind: 'all', filters: [filterOf(kind, settings), present] } as const
  const attributes = [settings.idAttribute]
  const found = await session.search({ ...below(settings), filter, attributes, entriesMax: 1 }, signal)
  return found.length > 0
}

type Getting = Omit<Finding, 'query'> & { readonly key: string }

async function get(
  session: LdapSession,
  { kind, key, settings, groupAttributes }: Getting,
  signal: AbortSignal | undefined,
): Promise<TargetObject> {
  const { memberAttribute, placeholderMember, references } = settings.profile
  const members = kind === 'team' ? [memberAttribute] : []
  const attributes = [...attributesOf(kind, settings, groupAttributes), ...members]
  const entry = await findByKey(session, key, { settings, signal, attributes })
  if (entry === undefined) throw gone(key)
  const reading = { settings, signal }
  const named = references.flatMap((name) => textsOf(entry, name))
  const shown = { references: await findKeys(session, named, reading) }
  if (kind === 'user') return toTargetObject(entry, settings, shown)
  const dns = await readMembers(session, entry, { memberAttribute, signal })
  const others = dns.filter((dn) => dn !== placeholderMember)
  const keys = await findKeys(session, others, reading)
  return toTargetObject(entry, settings, { ...shown, members: [...keys.values()] })
}

async function readMembers(
  session: LdapSession,
  entry: LdapEntry,
  { memberAttribute, signal }: { readonly memberAttribute: string; readonly signal: AbortSignal | undefined },
): Promise<readonly string[]> {
  const values = await readWholeValues(session, entry, memberAttribute, signal)
  return values.map(String)
}

/** Says who we are, and reads the part of the tree that is written. */
async function probe(session: LdapSession, settings: LdapSettings, signal: AbortSignal | undefined): Promise<null> {
  const attributes = [settings.idAttribute]
  await session.search({ ...below(settings), filter: filterOf('user', settings), attributes, entriesMax: 1 }, signal)
  for (const base of new Set([settings.usersDn, ...(settings.profile.hasGroups ? [settings.groupsDn] : [])])) {
    const filter = { kind: 'present', attribute: 'objectClass' } as const
    const [entry] = await session.search({ base, scope: 'base', filter, attributes }, signal)
    if (entry === undefined)
      throw new LdapRefusal('broken', 'EndpointNotFound', { message: `${base} is not there, or may not be read` })
    toTargetObject(entry, settings)
  }
  return null
}

import type { JsonObject } from '@rollcall/scim'
import type { CallOptions, Client, PatchOperationInput, ResourceClient } from '@rollcall/scim/client'
import type { DesiredAttributes } from '../../desired.ts'
import type { ObjectKind } from '../../object.ts'
import type { MatchQuery, MemberChange, Outcome, Target, TargetObject, TargetPage, UpdateRequest } from '../target.ts'
import { growsLists, withAddedValues } from './added-values.ts'
import { type AttributePlace, toPlace } from './attribute-place.ts'
import { type Asked, classify } from './classify.ts'
import { type Draft, setAt, toDraft } from './draft-resource.ts'
import { openScimComparer } from './comparer.ts'
import { createListFacts, firstPosition, type ListFacts, nextPosition, parsePosition } from './list-pages.ts'
import { mergeMembers, replacesMembers, toMemberOperations } from './member-operations.ts'
import { createNarrowing, type Narrowing } from './narrow-list.ts'
import { listChanges, needsCurrent, toOperations } from './patch-operations.ts'
import type { TargetProfile } from './profile.ts'
import { isMatch, toFilter, toTests } from './search-filter.ts'
import { toWireValue } from './values.ts'

type Context = {
  readonly client: Client
  readonly profile: TargetProfile
  readonly toPlace: (path: string) => AttributePlace
  readonly listFacts: () => Promise<ListFacts>
  readonly narrowing: Narrowing
}

type Accounts = ResourceClient<JsonObject>

/** The port of targets over SCIM 2.0. */
export function createScimTarget(client: Client, { profile }: { readonly profile: TargetProfile }): Target {
  const context: Context = {
    client,
    profile,
    toPlace: rememberPlaces(),
    listFacts: createListFacts(client),
    narrowing: createNarrowing(),
  }
  return {
    abilities: {
      kinds: profile.hasGroups ? ['user', 'team'] : ['user'],
      membersMax: profile.membersMax,
      replacesMembers: replacesMembers(profile),
      showsMembers: profile.showsMembers,
      readLagMs: profile.readLagMs,
      filterable: profile.filterable,
      requestTimeoutMs: profile.requestTimeoutMs,
      requestsPerSecondMax: profile.requestsPerSecondMax,
      permitsMax: profile.permitsMax,
      keepsExternalId: profile.keepsExternalId,
      canDisable: profile.canDisable,
      canDelete: profile.canDelete,
    },
    find: (kind, query, signal) => settle(searching(query), () => find(context, kind, query, toOptions(signal))),
    get: (kind, key, signal) =>
      settle({ kind: 'one', isRead: true }, async () =>
        done(200, toObject(await accountsOf(context, kind).get(key, toOptions(signal)))),
      ),
    list: (kind, page, signal, attributes = []) =>
      settle({ kind: 'list', isRead: true }, () =>
        context.narrowing.read({ kind, page, places: attributes.map(context.toPlace) }, (names) =>
          list(context, kind, { from: page, names }, toOptions(signal)),
        ),
      ),
    openComparer: (kind) => openScimComparer({ ...context, accounts: accountsOf(context, kind) }, kind),
    create: (kind, desired, signal) =>
      settle({ kind: 'create', isRead: false, attributes: Object.keys(desired) }, async () =>
        done(201, toObject(await accountsOf(context, kind).create(build(context, desired), toOptions(signal)))),
      ),
    update: (kind, request, signal) => update(context, kind, request, toOptions(signal)),
    remove: (kind, key, signal) =>
      settle({ kind: 'one', isRead: false }, async () => {
        await accountsOf(context, kind).delete(key, toOptions(signal))
        return done(204, null)
      }),
    changeMembers: (change, signal) => changeMembers(context, change, toOptions(signal)),
    probe: (signal) =>
      settle({ kind: 'probe', isRead: true }, async () => {
        // Discovery documents are often open to all: only a read of accounts proves the credentials.
        await accountsOf(context, 'user').page({ count: 1, ...toOptions(signal) }, firstPosition(profile))
        return done(200, null)
      }),
  }
}

function searching(query: MatchQuery): Asked {
  return { kind: 'search', isRead: true, attributes: query.map(({ attribute }) => attribute) }
}

async function settle<Value>(asked: Asked, act: () => Promise<Outcome<Value>>): Promise<Outcome<Value>> {
  try {
    return await act()
  } catch (error) {
    return classify(error, asked)
  }
}

function done<Value>(status: number, value: Value): Outcome<Value> {
  return { kind: 'done', status, value }
}

function toOptions(signal: AbortSignal | undefined): CallOptions {
  return signal === undefined ? {} : { signal }
}

/** Mappings are few and their paths come again with every object. */
function rememberPlaces(): (path: string) => AttributePlace {
  const places = new Map<string, AttributePlace>()
  return (path) => {
    const found = places.get(path) ?? toPlace(path)
    places.set(path, found)
    return found
  }
}

function accountsOf({ client }: Context, kind: ObjectKind): Accounts {
  return kind === 'user' ? client.users : client.groups
}

function toObject(resource: JsonObject): TargetObject {
  // The client checked that there is an id.
  const { id, meta } = resource as JsonObject & { readonly id: string; readonly meta?: { readonly version?: string } }
  return { key: id, resource, ...(typeof meta?.version === 'string' && { version: meta.version }) }
}

async function find(
  context: Context,
  kind: ObjectKind,
  query: MatchQuery,
  options: CallOptions,
): Promise<Outcome<readonly TargetObject[]>> {
  const { profile } = context
  const tests = toTests(query, context.toPlace)
  const filter = toFilter(tests, profile)
  // `flat` finds accounts by other elements too, which must not hide the one that is meant.
  const count = profile.elementFilters === 'flat' && tests.some(({ place }) => place.element !== undefined) ? 50 : 2
  const page = await accountsOf(context, kind).page(
    { filter, count, ...withoutMembers(kind), ...options },
    firstPosition(profile),
  )
  const matching = page.resources.filter((resource) => isMatch(resource, tests))
  if (matching.length < page.resources.length && count === 2)
    return {
      kind: 'broken',
      status: 200,
      reason: 'FilterIgnored',
      detail: 'The app answered a search with accounts that do not have the value',
      attribute: query[0]?.attribute ?? '',
    }
  return done(200, matching.slice(0, 2).map(toObject))
}

/** Groups may have 100,000 of them. */
function withoutMembers(kind: ObjectKind): { readonly excludedAttributes?: readonly string[] } {
  return kind === 'team' ? { excludedAttributes: ['members'] } : {}
}

async function list(
  context: Context,
  kind: ObjectKind,
  { from, names }: { readonly from: string | undefined; readonly names: readonly string[] | undefined },
  options: CallOptions,
): Promise<Outcome<TargetPage>> {
  const { profile } = context
  const facts = await context.listFacts()
  const position = parsePosition(from, profile, facts)
  const page = await accountsOf(context, kind).page(
    {
      count: Math.min(profile.pageSize, facts.pageSizeMax),
      ...(names === undefined ? withoutMembers(kind) : { attributes: names }),
      ...options,
    },
    position,
  )
  const objects = page.resources.map(toObject)
  return done(200, { objects, next: nextPosition(position, page, profile), total: page.totalResults })
}

function build({ profile, toPlace: place }: Context, desired: DesiredAttributes): JsonObject {
  const draft: Draft = {}
  for (const [path, value] of Object.entries(desired)) {
    if (!profile.keepsExternalId && path.toLowerCase() === 'externalid') continue
    setAt(draft, place(path), toWireValue(value, profile))
  }
  return draft
}

function update(
  context: Context,
  kind: ObjectKind,
  asked: UpdateRequest,
  options: CallOptions,
): Promise<Outcome<TargetObject | null>> {
  const { profile, toPlace } = context
  const about: Asked = { kind: 'one', isRead: false, attributes: Object.keys(asked.after) }
  return settle(about, async () => {
    const accounts = accountsOf(context, kind)
    const isRead = needsCurrent({ ...asked, profile, toPlace }) || growsLists(asked)
    const current = asked.current ?? (isRead ? toObject(await accounts.get(asked.key, options)) : undefined)
    const request = withLists(asked, current, toPlace)
    const change = { ...options, ...(profile.usesVersions && { ifMatch: current?.version }) }
    if (profile.writes === 'put') {
      if (kind === 'team' && !profile.showsMembers) return refusePut
      const draft = merge(context, request, current?.resource ?? {})
      return done(200, toObject(await accounts.replace(request.key, draft, change)))
    }
    const operations = toOperations({ ...request, profile, toPlace, current: current?.resource })
    if (operations.length === 0) return done(204, current ?? null)
    const answer = await accounts.patch(request.key, inCase(operations, profile), change)
    return done(answer === undefined ? 204 : 200, answer === undefined ? null : toObject(answer))
  })
}

/** With what the app has besides, where lists only grow. */
function withLists(
  request: UpdateRequest,
  current: TargetObject | undefined,
  toPlace: Context['toPlace'],
): UpdateRequest {
  const { additive = [], after } = request
  if (additive.length === 0 || current === undefined) return request
  return { ...request, after: withAddedValues(after, additive, { current: current.resource, toPlace }) }
}

const refusePut = {
  kind: 'broken',
  status: null,
  reason: 'ProfileWrong',
  detail: 'The app takes groups only whole and does not show their members: writing one would empty it',
} as const

/** What is there, with what the mappings own: foreign attributes stay. */
function merge({ profile, toPlace: place }: Context, request: UpdateRequest, current: JsonObject): JsonObject {
  const { meta: _meta, ...rest } = current
  const draft = toDraft(rest)
  const changes = listChanges({ before: null, after: request.after, profile, toPlace: place })
  for (const change of changes) setAt(draft, change.place, change.value)
  return draft
}

function inCase(
  operations: readonly PatchOperationInput[],
  { operationCase }: TargetProfile,
): readonly PatchOperationInput[] {
  if (operationCase === 'lower') return operations
  // Older Entra's way of writing, which servers were made for; the RFC knows small letters only.
  return operations.map((operation) => ({
    ...operation,
    op: `${operation.op.charAt(0).toUpperCase()}${operation.op.slice(1)}`,
  })) as unknown as readonly PatchOperationInput[]
}

function changeMembers(context: Context, change: MemberChange, options: CallOptions): Promise<Outcome<null>> {
  const { profile } = context
  return settle({ kind: 'members', isRead: false }, async () => {
    const groups = accountsOf(context, 'team')
    const isWhole = replacesMembers(profile)
    const mustRead = profile.writes === 'put' || profile.usesVersions || (isWhole && change.all === undefined)
    if (isWhole && change.all === undefined && !profile.showsMembers) return refusePut
    const current = mustRead ? toObject(await groups.get(change.key, options)) : undefined
    const ifMatch = { ...options, ...(profile.usesVersions && { ifMatch: current?.version }) }
    if (profile.writes === 'put') {
      const { meta: _meta, ...group } = current?.resource ?? {}
      await groups.replace(change.key, { ...group, members: mergeMembers(group, change) }, ifMatch)
      return done(200, null)
    }
    const all = isWhole ? mergeMembers(current?.resource ?? {}, change).map(({ value }) => value) : undefined
    const whole = all === undefined ? change : { ...change, all }
    const operations = toMemberOperations(whole, profile)
    if (operations.length > 0) await groups.patch(change.key, inCase(operations, profile), ifMatch)
    return done(200, null)
  })
}

import { isObject, keyOf, type Resource } from './attribute-path.ts'
import type { Accounts, FakeAccount } from './accounts.ts'
import { applyPatch, parseOperations } from './apply-patch.ts'
import type { SeenRequest } from './faults.ts'
import { applyMemberOperations, idsOf } from './member-patch.ts'
import type { FakeQuirks } from './quirks.ts'
import { Refusal } from './refusal.ts'

export type FakeParts = {
  readonly users: Accounts
  readonly groups: Accounts
  readonly quirks: FakeQuirks
  readonly baseUrl: string
}

export type FakeAnswer = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }

/** What the server says when nothing goes wrong. Throws Refusal. */
export function answerRequest(request: SeenRequest, parts: FakeParts): FakeAnswer {
  const [, endpoint = '', id] = request.path.split('/').map(decodeURIComponent)
  if (endpoint === 'ServiceProviderConfig' && parts.quirks.hasServiceProviderConfig) return answerConfig(parts)
  const accounts = endpoint === 'Users' ? parts.users : endpoint === 'Groups' ? parts.groups : undefined
  if (accounts === undefined || (endpoint === 'Groups' && !parts.quirks.hasGroups))
    throw new Refusal(404, `There is no ${request.path}`)
  const place = { accounts, endpoint, ...parts }
  if (id === undefined) {
    if (request.method === 'GET') return list(request, place)
    if (request.method === 'POST') return create(request, place)
    throw new Refusal(405, 'Not allowed')
  }
  return answerOne(request, id, place)
}

type Place = FakeParts & { readonly accounts: Accounts; readonly endpoint: string }

function answerOne(request: SeenRequest, id: string, place: Place): FakeAnswer {
  const { accounts, quirks } = place
  switch (request.method) {
    case 'GET': {
      const found = accounts.read(id)
      if (found === undefined) throw new Refusal(404, `There is no ${id}`)
      return { status: 200, body: show(found, place), headers: { ETag: etag(found) } }
    }
    case 'PUT':
      return replaceOne(request, id, place)
    case 'PATCH':
      if (!quirks.hasPatch) throw new Refusal(501, 'PATCH is not supported')
      return patchOne(request, id, place)
    case 'DELETE':
      return deleteOne(id, place)
    default:
      throw new Refusal(405, 'Not allowed')
  }
}

function create(request: SeenRequest, place: Place): FakeAnswer {
  const { members, ...resource } = readResource(request.body, place)
  const made = place.accounts.insert(resource, { by: 'engine' })
  const all = place.accounts.write(made.id, made.resource, new Set(members === undefined ? [] : idsOf(members)))
  return { status: 201, body: show(all, place), headers: { ETag: etag(all) } }
}

function replaceOne(request: SeenRequest, id: string, place: Place): FakeAnswer {
  const found = getWritable(request, id, place)
  const { members, ...resource } = readResource(request.body, place)
  if (members !== undefined && idsOf(members).length > place.quirks.membersMax)
    throw new Refusal(place.quirks.membersRefusal, `At most ${place.quirks.membersMax} members a request`, 'tooMany')
  const active = place.quirks.ignoresActive ? { active: found.resource['active'] } : {}
  const written = place.accounts.write(
    id,
    { ...resource, ...active },
    new Set(members === undefined ? [] : idsOf(members)),
  )
  return { status: 200, body: show(written, place), headers: { ETag: etag(written) } }
}

function patchOne(request: SeenRequest, id: string, place: Place): FakeAnswer {
  const { quirks, accounts } = place
  const found = getWritable(request, id, place)
  const members = new Set(found.members)
  const rest = applyMemberOperations(members, parseOperations(request.body, quirks), quirks)
  const changed = applyPatch(found.resource, rest, quirks)
  const active = quirks.ignoresActive ? { active: found.resource['active'] } : {}
  const written = accounts.write(id, { ...readResource(changed, place), ...active }, members)
  return quirks.answersEmpty
    ? { status: 204 }
    : { status: 200, body: show(written, place), headers: { ETag: etag(written) } }
}

function deleteOne(id: string, { accounts, quirks }: Place): FakeAnswer {
  if (!quirks.hasDelete) throw new Refusal(501, 'DELETE is not supported')
  const found = accounts.get(id)
  if (found === undefined) throw new Refusal(404, `There is no ${id}`)
  if (quirks.deleteOnlyDisables) accounts.write(id, { ...found.resource, active: false })
  else accounts.remove(id)
  return { status: 204 }
}

function getWritable(request: SeenRequest, id: string, { accounts, quirks }: Place): FakeAccount {
  const found = accounts.get(id)
  if (found === undefined || found.isHidden) throw new Refusal(404, `There is no ${id}`)
  const version = request.headers.get('if-match')
  if (quirks.requiresVersion && version === null) throw new Refusal(428, 'If-Match is missing')
  if (version !== null && version !== '*' && version !== etag(found)) throw new Refusal(412, 'The version is another')
  return found
}

/** What the server makes of what came. */
function readResource(body: unknown, { quirks, endpoint }: Place): Resource {
  if (!isObject(body)) throw new Refusal(400, 'No resource', 'invalidSyntax')
  const { meta: _meta, id: _id, ...resource } = body
  const name = endpoint === 'Users' ? 'userName' : 'displayName'
  if (typeof resource[keyOf(resource, name)] !== 'string') throw new Refusal(400, `${name} is required`, 'invalidValue')
  if (!quirks.keepsExternalId) delete resource['externalId']
  const key = keyOf(resource, 'active')
  if (quirks.booleansAsText && typeof resource[key] === 'boolean')
    throw new Refusal(400, 'active must be "True" or "False"', 'invalidValue')
  for (const [attribute, rewrite] of Object.entries(quirks.rewrites)) {
    const value = resource[attribute]
    if (typeof value === 'string') resource[attribute] = rewrite(value)
  }
  return resource
}

function list(request: SeenRequest, place: Place): FakeAnswer {
  const { quirks, accounts } = place
  const found = accounts.search(request.query.get('filter') ?? undefined)
  const start = Math.max(0, Number(request.query.get('startIndex') ?? quirks.startIndexBase) - quirks.startIndexBase)
  const count = Math.min(quirks.pageMax, Number(request.query.get('count') ?? quirks.pageMax))
  const excluded = request.query.get('excludedAttributes')?.split(',') ?? []
  const page = found.slice(start, start + count)
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults: found.length,
      itemsPerPage: page.length,
      startIndex: start + quirks.startIndexBase,
      Resources: page.map((account) => {
        const shown = show(account, place)
        for (const name of excluded) delete shown[name]
        return shown
      }),
    },
  }
}

function show(account: FakeAccount, { endpoint, quirks, baseUrl }: Place): Resource {
  const members = [...account.members].map((value) => ({ value }))
  return {
    ...account.resource,
    ...(endpoint === 'Groups' && { members: quirks.showsMembers ? members : [] }),
    meta: {
      resourceType: endpoint === 'Users' ? 'User' : 'Group',
      version: etag(account),
      location: `${baseUrl}/${endpoint}/${account.id}`,
    },
  }
}

function etag({ version }: FakeAccount): string {
  return `W/"${version}"`
}

function answerConfig({ quirks }: FakeParts): FakeAnswer {
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
      patch: { supported: quirks.hasPatch },
      bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
      filter: { supported: true, maxResults: quirks.pageMax },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: quirks.requiresVersion },
      authenticationSchemes: [],
    },
  }
}

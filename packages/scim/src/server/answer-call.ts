import { scimError } from '../errors.ts'
import { matchesEntityTag, toEntityTag } from '../message/entity-tag.ts'
import { parseSearchRequest, toSearchRequest } from '../message/search-request.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { type Answer, toAnswer, toEmptyAnswer } from './answer.ts'
import { answerBulk } from './answer-bulk.ts'
import { toBody } from './body-stream.ts'
import { type Call, bodyBytesMaxOf, notFound, readJsonBody, readPreconditions, toleranceOf } from './call.ts'
import { toDiscoveryText } from './discovery.ts'
import { listResources, toProjection } from './list-resources.ts'
import { type View, fieldsOf, toLocation, toResourceText } from './resource-text.ts'
import { type Route, allowedMethods, parseRoute } from './route.ts'
import type { Fields, ResourceRecord } from './storage.ts'
import { type Target, createResource, patchResource, removeResource, replaceResource } from './write-resource.ts'

const knownMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Answers a request by its route and method; throws ScimError. */
export function answerCall<Context>(call: Call<Context>, path: string): Answer | Promise<Answer> {
  const route = parseRoute(path, call.settings.registry)
  const { method } = call
  if (!knownMethods.has(method))
    throw scimError('notImplemented', `The method ${method.slice(0, 30)} is not implemented`)
  const allowed = allowedMethods(route)
  if (method !== 'OPTIONS' && allowed.includes(method)) return answerRoute(call, route)
  const allow = { allow: allowed.join(', ') }
  if (method === 'OPTIONS') return toEmptyAnswer(204, allow)
  throw scimError('methodNotAllowed', `${method} is not possible here, only ${allow.allow}`, { headers: allow })
}

function answerRoute<Context>(call: Call<Context>, route: Route): Answer | Promise<Answer> {
  switch (route.kind) {
    case 'resource':
      return answerResource(call, route)
    case 'me':
      return answerMe(call)
    case 'collection':
      return call.method === 'POST' ? answerCreate(call, route.type) : answerList(call, route.type)
    case 'root':
      return answerList(call, undefined)
    case 'search':
      return answerSearch(call, route.type)
    case 'rootSearch':
      return answerSearch(call, undefined)
    case 'bulk':
      return answerBulk(call)
    case 'serviceProviderConfig':
    case 'resourceTypes':
    case 'schemas':
      return toAnswer(200, toDiscoveryText(route, call.settings, call.query))
    default:
      return route satisfies never
  }
}

/** Notes what is asked for and whether this caller may. */
function enter<Context>(call: Call<Context>, method: string, target: Partial<Target>): void {
  const { type, id } = target
  call.trace.type = type?.name
  call.trace.resourceId = id
  call.service.authorize(call.context, { method, type: type?.name, id })
}

function answerResource<Context>(call: Call<Context>, target: Target): Promise<Answer> {
  enter(call, call.method === 'HEAD' ? 'GET' : call.method, target)
  switch (call.method) {
    case 'PUT':
    case 'PATCH':
      return answerChange(call, target, call.method)
    case 'DELETE':
      return answerRemove(call, target)
    default:
      return answerRead(call, target)
  }
}

// RFC 7644 §3.11: every answer names the permanent location of the resource behind the alias.
async function answerMe<Context>(call: Call<Context>): Promise<Answer> {
  const subject = call.service.findSubject(call.context)
  const type = call.settings.registry.resourceTypes.find((each) => each.name === subject?.type)
  if (subject === undefined || type === undefined)
    throw scimError('notImplemented', 'No resource stands behind /Me for these credentials')
  const answer = await answerResource(call, { type, id: subject.id })
  return { ...answer, headers: { ...answer.headers, location: toLocation(call.settings, type, subject.id) } }
}

function toView<Context>(call: Call<Context>, type: ResourceType): View {
  const { query, settings } = call
  if (!query.has('attributes') && !query.has('excludedattributes')) return { settings, type, projection: undefined }
  return { settings, type, projection: toProjection(call, type, toSearchRequest(query)) }
}

async function answerRead<Context>(call: Call<Context>, { type, id }: Target): Promise<Answer> {
  const view = toView(call, type)
  const record = await call.service.storage.find(call.context, type, id, fieldsOf(view))
  if (record === undefined) throw notFound(type, id)
  const { ifMatch, ifNoneMatch } = readPreconditions(call.request)
  if (ifMatch !== undefined && !matchesEntityTag(ifMatch, record.version))
    throw scimError('preconditionFailed', 'The resource has changed: If-Match does not name its version')
  if (ifNoneMatch !== undefined && matchesEntityTag(ifNoneMatch, record.version))
    return toEmptyAnswer(304, { etag: toEntityTag(record.version) })
  return toRecordAnswer(200, record, view)
}

function toRecordAnswer(status: number, record: ResourceRecord, view: View): Answer | Promise<Answer> {
  const location = toLocation(view.settings, view.type, record.id)
  const headers = {
    etag: toEntityTag(record.version),
    location,
    // RFC 7643 §3.1: meta.location "MUST have the same value as the Content-Location" header.
    'content-location': location,
  }
  const { text, members } = toResourceText(record, view)
  if (members === undefined) return toAnswer(status, text, headers)
  return toBody(joinChunks(text, members)).then((body) => toAnswer(status, body, headers))
}

async function* joinChunks(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start
  yield* rest
}

async function answerCreate<Context>(call: Call<Context>, type: ResourceType): Promise<Answer> {
  enter(call, 'POST', { type })
  const view = toView(call, type)
  const { body } = await readJsonBody(call, bodyBytesMaxOf(call.settings, type))
  const record = await createResource(call, type, { body, fields: fieldsOf(view) })
  return toRecordAnswer(201, record, view)
}

const noFields: Fields = { groups: false, members: false }

async function answerChange<Context>(call: Call<Context>, target: Target, method: 'PUT' | 'PATCH'): Promise<Answer> {
  const view = toView(call, target.type)
  const hasBody = method === 'PUT' || patchAnswers(call, target.type) === 200
  const conditions = readPreconditions(call.request)
  const { body } = await readJsonBody(call, bodyBytesMaxOf(call.settings, target.type))
  const options = { body, conditions, fields: hasBody ? fieldsOf(view) : noFields }
  const change = method === 'PUT' ? replaceResource : patchResource
  const record = await change(call, target, options)
  if (hasBody) return toRecordAnswer(200, record, view)
  // RFC 7644 §3.5.2: a 204 still says which version it made.
  return toEmptyAnswer(204, {
    etag: toEntityTag(record.version),
    location: toLocation(call.settings, target.type, record.id),
  })
}

// RFC 7644 §3.5.2: a client that names attributes gets them, whatever the style answers otherwise.
function patchAnswers<Context>(call: Call<Context>, type: ResourceType): 200 | 204 {
  const { style } = call.settings
  if (call.query.has('attributes')) return 200
  if (type.name === 'User') return style.patchUserAnswers
  return type.name === 'Group' ? style.patchGroupAnswers : 200
}

async function answerRemove<Context>(call: Call<Context>, target: Target): Promise<Answer> {
  await removeResource(call, target, readPreconditions(call.request))
  return toEmptyAnswer(204, {})
}

async function answerList<Context>(call: Call<Context>, type: ResourceType | undefined): Promise<Answer> {
  enter(call, 'GET', type === undefined ? {} : { type })
  return toAnswer(200, await listResources(call, type, toSearchRequest(call.query)))
}

async function answerSearch<Context>(call: Call<Context>, type: ResourceType | undefined): Promise<Answer> {
  // A search only reads, whatever its method.
  enter(call, 'GET', type === undefined ? {} : { type })
  const { body } = await readJsonBody(call, call.settings.limits.bodyBytesMax)
  return toAnswer(200, await listResources(call, type, parseSearchRequest(body, toleranceOf(call))))
}

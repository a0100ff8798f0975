import type { UnsealedLine } from '../db/queries/audit-sealing.ts'
import { formatTypeId } from '../type-id.ts'
import { categoryOf } from './categories.ts'
import { describeActor } from './draft-change.ts'
import type { AuditDraft } from './hash-chain.ts'
import type { Known } from './known-names.ts'
import { identityOfBody, namesOf, toIdentity, withoutAbsent } from './personal-data.ts'
import { Terms } from './terms.ts'

/** One SCIM request: a write, or whatever failed. Its id is that of the line of the request log. */
export function draftLine(line: UnsealedLine, known: Known): AuditDraft {
  const isFailure = line.status >= 400
  const resource = line.resource_id === null ? undefined : known.resources.get(line.resource_id)
  const subject =
    resource === undefined ? undefined : formatTypeId(resource.kind === 'user' ? 'usr' : 'team', resource.id)
  const kind = kindOf(line)
  const person = resource?.kind === 'user' ? known.people.get(resource.id) : undefined
  const sent = kind === 'user' ? identityOfBody(line.request_body) : {}
  const identity = { ...sent, ...toIdentity(person) }
  const actor = line.key_id === null ? 'unknown' : formatTypeId('key', line.key_id)
  const described = describeActor(actor, known)
  const [path, query] = cutQuery(line.path)
  const action = `${nameOf(kind)}.scim_api_${isFailure ? 'failure' : 'success'}`
  const category = categoryOf(action)
  const requestId = formatTypeId('req', line.id)
  return {
    organizationId: line.organization_id,
    id: line.id,
    at: line.at,
    action,
    result: isFailure ? 'failure' : 'success',
    actor,
    connectionId: line.connection_id,
    requestId,
    targets: subject === undefined ? [] : [subject],
    details: withoutAbsent({
      ...category,
      kind,
      scimId: line.resource_id,
      actor: described.details,
      request: withoutAbsent({ method: line.method, route: routeOf(path), path, status: line.status }),
    }),
    actorData: withoutAbsent({ ...described.personal, ip: line.ip, userAgent: line.client }),
    subjectData: withoutAbsent({
      identity: namesOf(identity).length > 0 ? identity : undefined,
      query,
      body: line.request_body,
      message: isFailure ? line.detail : undefined,
    }),
    terms: new Terms()
      .add('event', category.event)
      .add('verb', category.verb)
      .add('kind', kind)
      .add('actor', actor, described.person, ...namesOf(described.personal))
      .add('key', described.keyId)
      .add('ip', line.ip)
      .add('connection', line.connection_id === null ? undefined : formatTypeId('con', line.connection_id))
      .add('request', requestId)
      .add('method', line.method)
      .add('status', line.status, `${String(line.status).slice(0, 1)}xx`)
      .add('target', subject)
      .add(resource?.kind === 'team' ? 'team' : 'user', subject)
      .add('user', ...namesOf(identity))
      .add('scim', line.resource_id)
      .add('erase-actor', described.person)
      .add('erase-subject', person === undefined ? undefined : subject)
      .toArray(),
  }
}

function kindOf({ resource_type, path }: UnsealedLine): string {
  if (resource_type === 'User' || /\/Users(?:[/?]|$)/i.test(path)) return 'user'
  if (resource_type === 'Group' || /\/Groups(?:[/?]|$)/i.test(path)) return 'team'
  return resource_type ?? 'scim'
}

function nameOf(kind: string): string {
  if (kind === 'user') return 'external_identity'
  return kind === 'team' ? 'external_group' : 'external_resource'
}

function cutQuery(path: string): readonly [path: string, query: string | undefined] {
  const question = path.indexOf('?')
  return question < 0 ? [path, undefined] : [path.slice(0, question), path.slice(question + 1)]
}

/** The path with `:id` in the place of the id. */
function routeOf(path: string): string {
  return path.replace(
    /(\/(?:scim|Users|Groups|Schemas|ResourceTypes)\/)?([0-9a-f]{8}-[0-9a-f-]{27})(?=\/|$)/gi,
    '$1:id',
  )
}

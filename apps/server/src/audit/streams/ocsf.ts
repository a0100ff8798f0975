import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { AuditEvent } from '../view-event.ts'
import { withoutAbsent } from '../personal-data.ts'

/** https://schema.ocsf.io/1.3.0 */
const ocsfVersion = '1.3.0'

const classes = {
  accountChange: { uid: 3001, name: 'Account Change', category: 3 },
  authentication: { uid: 3002, name: 'Authentication', category: 3 },
  entityManagement: { uid: 3004, name: 'Entity Management', category: 3 },
  userAccess: { uid: 3005, name: 'User Access Management', category: 3 },
  groupManagement: { uid: 3006, name: 'Group Management', category: 3 },
  apiActivity: { uid: 6003, name: 'API Activity', category: 6 },
} as const

type ClassName = keyof typeof classes
type Activity = { readonly id: number; readonly name: string }

const categoryNames = { 3: 'Identity & Access Management', 6: 'Application Activity' } as const
const other: Activity = { id: 99, name: 'Other' }

// What is not listed goes by the verb of the event.
const accountActivities: readonly (readonly [pattern: RegExp, activity: Activity])[] = [
  [/\.(?:create|provision|adopt|relink|restored)$/, { id: 1, name: 'Create' }],
  [/\.(?:unsuspend|activated)$/, { id: 2, name: 'Enable' }],
  [/password_changed$/, { id: 3, name: 'Password Change' }],
  [/password_reset$/, { id: 4, name: 'Password Reset' }],
  [/\.suspend$/, { id: 5, name: 'Disable' }],
  [/\.(?:delete|deprovision|purged)$/, { id: 6, name: 'Delete' }],
]

const byVerb: Readonly<Record<ClassName, Readonly<Record<string, Activity>>>> = {
  accountChange: {},
  authentication: { login: { id: 1, name: 'Logon' } },
  entityManagement: {
    created: { id: 1, name: 'Create' },
    modified: { id: 3, name: 'Update' },
    deleted: { id: 4, name: 'Delete' },
  },
  userAccess: { created: { id: 1, name: 'Assign Privileges' }, deleted: { id: 2, name: 'Revoke Privileges' } },
  groupManagement: {},
  apiActivity: {},
}

const groupActivities: readonly (readonly [pattern: RegExp, activity: Activity])[] = [
  [/add_member$/, { id: 3, name: 'Add User' }],
  [/remove_member$/, { id: 4, name: 'Remove User' }],
  [/\.(?:delete|deleted)$/, { id: 5, name: 'Delete' }],
  [/\.(?:create|provision)$/, { id: 6, name: 'Create' }],
]

const methodActivities: Readonly<Record<string, Activity>> = {
  POST: { id: 1, name: 'Create' },
  GET: { id: 2, name: 'Read' },
  PUT: { id: 3, name: 'Update' },
  PATCH: { id: 3, name: 'Update' },
  DELETE: { id: 4, name: 'Delete' },
}

/** An event in the words of the Open Cybersecurity Schema Framework. */
export function toOcsf(event: AuditEvent): JsonObject {
  const name = classOf(event)
  const { uid, name: className, category } = classes[name]
  const activity = activityOf(name, event)
  const isFailure = event.result === 'failure'
  return withoutAbsent({
    metadata: {
      version: ocsfVersion,
      product: { name: 'Rollcall', vendor_name: 'Rollcall' },
      uid: event.id,
      event_code: event.action,
      log_name: 'audit',
      sequence: event.sequence,
      correlation_uid: event.context.requestId ?? event.id,
    },
    time: Date.parse(event.at),
    category_uid: category,
    category_name: categoryNames[category],
    class_uid: uid,
    class_name: className,
    activity_id: activity.id,
    activity_name: activity.name,
    type_uid: uid * 100 + activity.id,
    type_name: `${className}: ${activity.name}`,
    severity_id: isFailure ? 2 : 1,
    severity: isFailure ? 'Low' : 'Informational',
    status_id: isFailure ? 2 : 1,
    status: isFailure ? 'Failure' : 'Success',
    status_detail: event.request?.['message'],
    message: event.action,
    actor: { user: toActor(event) },
    src_endpoint: event.context.ip === null ? undefined : { ip: event.context.ip },
    ...partsOf(name, event),
    unmapped: { targets: event.targets, changes: event.changes, hash: event.hash, previousHash: event.previousHash },
  })
}

function classOf({ event, kind, action }: AuditEvent): ClassName {
  if (event === 'Request') return 'apiActivity'
  if (event === 'Authentication') return 'authentication'
  if (/^(?:role\.(?:granted|revoked|kept)|business\.)/.test(action)) return 'userAccess'
  if (/^(?:team|org|external_group)\./.test(action)) return 'groupManagement'
  return kind === 'user' ? 'accountChange' : 'entityManagement'
}

function activityOf(name: ClassName, { action, verb, request }: AuditEvent): Activity {
  if (name === 'apiActivity') return methodActivities[textOf(request?.['method'])] ?? other
  const listed = name === 'accountChange' ? accountActivities : name === 'groupManagement' ? groupActivities : []
  return listed.find(([pattern]) => pattern.test(action))?.[1] ?? byVerb[name][verb] ?? other
}

/** What each class demands besides. */
function partsOf(name: ClassName, event: AuditEvent): Readonly<Record<string, unknown>> {
  const [target = event.actor.id] = event.targets
  switch (name) {
    case 'accountChange':
      return { user: toUser(target, event.identity) }
    case 'authentication':
      return { user: toUser(target, event.identity ?? event.actor.identity), is_remote: true }
    case 'userAccess':
      return { user: toUser(target, event.identity), privileges: event.changes.flatMap(privilegesOf) }
    case 'groupManagement':
      return {
        group: withoutAbsent({ uid: target, name: event.details['name'] }),
        user: event.targets[1] === undefined ? undefined : { uid: event.targets[1] },
      }
    case 'entityManagement':
      return { entity: { uid: target, type: event.kind } }
    case 'apiActivity':
      return {
        api: {
          operation: `${textOf(event.request?.['method'])} ${textOf(event.request?.['route'])}`,
          service: { name: event.kind },
        },
        http_request: withoutAbsent({
          http_method: event.request?.['method'],
          url: withoutAbsent({ path: event.request?.['path'], query_string: event.request?.['query'] }),
          user_agent: event.context.userAgent,
          uid: event.context.requestId,
        }),
        http_response: withoutAbsent({ code: event.request?.['status'], message: event.request?.['message'] }),
        src_endpoint: { ip: event.context.ip ?? '0.0.0.0' },
      }
    default:
      return name satisfies never
  }
}

function privilegesOf({ before, after }: JsonObject): readonly string[] {
  return [after ?? before].filter((role) => typeof role === 'string')
}

function toActor({ actor }: AuditEvent): JsonObject {
  const owner = actor.details['owner']
  return {
    ...toUser(typeof owner === 'string' ? owner : actor.id, actor.identity),
    type_id: actor.details['isBot'] === true ? 3 : 1,
  }
}

function toUser(uid: string, identity: JsonObject | null): JsonObject {
  const { userName, email, displayName, externalId } = isJsonObject(identity) ? identity : {}
  return withoutAbsent({ uid, name: userName ?? displayName, email_addr: email, uid_alt: externalId })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

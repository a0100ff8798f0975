import { findEventShape, listEventTypes, toRecordedAction } from '@rollcall/admin-api'
import { isJsonObject } from '@rollcall/scim'
import { categoryOf } from '../../src/audit/categories.ts'
import { nameActions } from '../../src/audit/change-actions.ts'

type Found = {
  readonly changes: Set<string>
  /** Whether it is written without an identity provider that pushes. */
  isOwn: boolean
}

const ownerRole = '00000000-0000-4000-8000-000000000001'

/** What changes hold that decides about names. */
const variants = [
  {},
  { changes: [{ path: 'userName' }, { path: 'displayName' }] },
  { members: { added: ['a'], removed: ['b'] } },
  { added: ['a'], removed: ['b'] },
  { role: { id: ownerRole, name: 'Owner' } },
  { role: { id: 'another', name: 'Billing Manager' } },
  { role: { id: 'another', name: 'Another' } },
]

const summaries = new Map(listEventTypes().map(({ type, summary }) => [type, summary]))

/** SCIM requests have events of their own beside those of what they change. */
const requests = ['external_identity', 'external_group', 'external_resource'].flatMap((kind) =>
  ['success', 'failure'].map((result) => `${kind}.scim_api_${result}`),
)

/** Every action of the audit log, in order: name, category, the changes that it tells of, who causes it. */
export function listAuditActions(): readonly (readonly [action: string, row: readonly string[]])[] {
  const found = new Map<string, Found>()
  for (const { type, example } of listEventTypes())
    for (const isPushed of [false, true])
      for (const action of namesOf(toRecordedAction(type), kindOf(example.data.subject), isPushed))
        remember(found, action, type, isPushed)
  const rows = [...found].map(([action, { changes, isOwn }]) => [action, toRow(action, [...changes], isOwn)] as const)
  const sent = requests.map((action) => [action, toRow(action, [], false)] as const)
  return [...rows, ...sent].toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function kindOf(subject: unknown): string {
  return isJsonObject(subject) ? String(subject['type']) : ''
}

function namesOf(action: string, kind: string, isPushed: boolean): ReadonlySet<string> {
  const names = new Set<string>()
  for (const data of variants)
    for (const team of [{ kind: 'team' }, { kind: 'group' }] as const) {
      const origin = isPushed ? { connection_id: 'a', via: 'PATCH' } : { connection_id: null, via: 'admin' }
      const change = {
        action,
        subject_kind: kind,
        connection_id: origin.connection_id,
        data: { ...data, via: origin.via },
      }
      for (const named of nameActions(change, team)) names.add(named.action)
    }
  return names
}

function remember(found: Map<string, Found>, action: string, type: string, isPushed: boolean): void {
  const known = found.get(action) ?? { changes: new Set(), isOwn: false }
  known.changes.add(type)
  known.isOwn ||= !isPushed
  found.set(action, known)
}

function toRow(action: string, changes: readonly string[], isOwn: boolean): readonly string[] {
  const { event, verb } = categoryOf(action)
  return [`\`${action}\``, event, `\`${verb}\``, describe(action, changes), isOwn ? '' : 'yes']
}

function describe(action: string, changes: readonly string[]): string {
  if (action.endsWith('_success')) return 'A SCIM request that wrote something'
  if (action.endsWith('_failure')) return 'A SCIM request that was refused or failed'
  const same = summaries.get(changes.length === 1 ? (changes[0] ?? '') : action)
  if (same !== undefined && changes.some((type) => toRecordedAction(type) === action)) return same
  // Other changes of a team may bring members too; these are what one looks for.
  const telling = action.endsWith('_member') ? changes.filter((type) => findEventShape(type) === 'members') : changes
  return `Part of ${telling.map((type) => `\`${type}\``).join(', ')}`
}

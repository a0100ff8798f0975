import { isJsonObject, type JsonObject } from '@rollcall/scim'

/** What a change is called in the audit log, and whom besides its subject it is about. */
export type NamedAction = {
  readonly action: string
  /** Members that came or went. */
  readonly members?: readonly string[]
}

type Change = {
  readonly action: string
  readonly subject_kind: string
  readonly connection_id: string | null
  readonly data: JsonObject
}

const ownerRole = '00000000-0000-4000-8000-000000000001'
/** One event names so many members at most; of more there are several. */
const membersPerEvent = 100

/**
 * The events of one change, in their order. A push of an identity provider has the names that GitHub gives to it: a soft
 * deprovision is `user.suspend`, `user.remove_email`, `user.rename`, `external_identity.deprovision`, and no update.
 */
export function nameActions(change: Change, team: { readonly kind: 'team' | 'group' } | undefined): NamedAction[] {
  const isPushed = change.connection_id !== null && pushes.has(textOf(change.data['via']))
  switch (change.subject_kind) {
    case 'user':
      return nameUserActions(change, isPushed)
    case 'team':
      return nameTeamActions(change, isPushed, team?.kind === 'group')
    case 'organization':
      return change.action === 'organization.members_changed'
        ? nameMembers(change.data, 'org', true)
        : [{ action: change.action }]
    default:
      return [{ action: change.action }]
  }
}

// Methods of SCIM; acts of people have other words here.
const pushes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

const userActions: Readonly<
  Record<string, { readonly own: readonly string[]; readonly pushed: readonly string[]; readonly isBefore?: true }>
> = {
  'user.created': { own: ['user.create'], pushed: ['external_identity.provision'], isBefore: true },
  'user.suspended': {
    own: ['user.suspend', 'user.remove_email', 'user.rename'],
    pushed: ['external_identity.deprovision'],
  },
  'user.reactivated': {
    own: ['user.unsuspend', 'user.remove_email', 'user.rename'],
    pushed: ['external_identity.provision'],
  },
  'user.adopted': { own: ['user.adopt'], pushed: ['external_identity.provision'], isBefore: true },
  'user.relinked': { own: ['user.relink'], pushed: ['external_identity.provision'], isBefore: true },
}

function nameUserActions({ action, data }: Change, isPushed: boolean): NamedAction[] {
  const known = Object.hasOwn(userActions, action) ? userActions[action] : undefined
  if (known !== undefined) {
    const pushed = isPushed ? known.pushed : []
    return toNamed(known.isBefore === true ? [...pushed, ...known.own] : [...known.own, ...pushed])
  }
  switch (action) {
    case 'user.updated':
      return toNamed([isPushed ? 'external_identity.update' : 'user.update', ...renames(data)])
    case 'user.deleted':
      return toNamed([isPushed ? 'external_identity.deprovision' : 'user.delete', 'user.remove_email'])
    case 'role.granted':
    case 'role.revoked':
      return [{ action: nameRoleAction(action, data) }]
    default:
      return [{ action }]
  }
}

function renames(data: JsonObject): readonly string[] {
  return pathsOf(data).includes('userName') ? ['user.rename'] : []
}

/** Who owns the organization, and who pays for it, are events of their own at GitHub. */
function nameRoleAction(action: string, data: JsonObject): string {
  const role = isJsonObject(data['role']) ? data['role'] : {}
  const verb = action === 'role.granted' ? 'add' : 'remove'
  if (role['id'] === ownerRole) return `business.${verb}_admin`
  if (textOf(role['name']).toLowerCase() === 'billing manager') return `business.${verb}_billing_manager`
  return action
}

function nameTeamActions({ action, data }: Change, isPushed: boolean, isGroup: boolean): NamedAction[] {
  const members = [
    ...(isPushed || isGroup ? nameMembers(data, 'external_group') : []),
    ...(isGroup ? [] : nameMembers(data, 'team')),
  ]
  const kind = isPushed || isGroup ? 'external_group' : 'team'
  switch (action) {
    case 'team.created':
      return [...toNamed([kind === 'team' ? 'team.create' : 'external_group.provision']), ...members]
    case 'team.updated':
      return [...toNamed([`${kind}.update`, ...renamesGroup(data, kind)]), ...members]
    case 'team.members_changed':
      return [...toNamed(isPushed ? ['external_group.update'] : []), ...members]
    case 'team.deleted':
      return [...toNamed([kind === 'team' ? 'team.delete' : 'external_group.delete']), ...members]
    case 'team.linked':
      return toNamed(['external_group.link'])
    case 'team.unlinked':
      return [...toNamed(['external_group.unlink']), ...members]
    default:
      return [...toNamed([action]), ...members]
  }
}

function renamesGroup(data: JsonObject, kind: string): readonly string[] {
  return kind === 'external_group' && pathsOf(data).includes('displayName')
    ? ['external_group.update_display_name']
    : []
}

/** Who came, then who went, in events of a readable size. */
function nameMembers(data: JsonObject, kind: string, isFlat = false): NamedAction[] {
  const members = isJsonObject(data['members']) ? data['members'] : isFlat ? data : {}
  return [...inPieces(members['added'], `${kind}.add_member`), ...inPieces(members['removed'], `${kind}.remove_member`)]
}

function inPieces(value: unknown, action: string): NamedAction[] {
  const ids = Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
  const pieces: NamedAction[] = []
  for (let start = 0; start < ids.length; start += membersPerEvent)
    pieces.push({ action, members: ids.slice(start, start + membersPerEvent) })
  return pieces
}

function pathsOf(data: JsonObject): readonly unknown[] {
  const changes = Array.isArray(data['changes']) ? data['changes'] : []
  return changes.map((change) => (isJsonObject(change) ? change['path'] : undefined))
}

function toNamed(actions: readonly string[]): NamedAction[] {
  return actions.map((action) => ({ action }))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

import { formatTypeId } from '../../type-id.ts'
import type { LogAction, LogStatus } from './log-row.ts'
import type { LogEntry } from './read-log.ts'

const actions: { readonly [action in LogAction]: string } = {
  create: 'Create',
  adopt: 'Update',
  update: 'Update',
  enable: 'Update',
  addMembers: 'Update',
  removeMembers: 'Update',
  disable: 'Disable',
  delete: 'Delete',
  hold: 'StagedDelete',
  unlink: 'Other',
  skip: 'Other',
  health: 'Other',
}

/** The word of Microsoft Entra ID that comes closest. */
export function toEntraAction(action: LogAction): string {
  return actions[action]
}

export function toEntraStatus(status: LogStatus): string {
  return `${status.charAt(0).toUpperCase()}${status.slice(1)}`
}

/** The id of the person or team as it is outside; null: it is about the app as a whole. */
export function toObjectId({ objectId, objectKind }: Pick<LogEntry, 'objectId' | 'objectKind'>): string | null {
  return objectId === null ? null : formatTypeId(objectKind === 'user' ? 'usr' : 'team', objectId)
}

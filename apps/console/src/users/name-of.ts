import type { EntryOf } from '../api/queries.ts'

/** What people call somebody; of whom nobody may know more, the id. */
export function nameOf({
  displayName,
  userName,
  id,
}: Pick<EntryOf<'listPeople'>, 'displayName' | 'userName' | 'id'>): string {
  return displayName ?? userName ?? id
}

import type { SourceEntry } from '../reader.ts'
import { type DirectoryRead, inChunks } from './directory-read.ts'
import { idOf } from './gone.ts'
import { readByIds } from './read-entries.ts'
import type { Records } from './records.ts'

const idsAtOnce = 100

/** People whose groups are others than we know, though nothing of themselves changed: a group names its members. */
export async function* readMovedMembers(read: DirectoryRead, records: Records): AsyncGenerator<readonly SourceEntry[]> {
  const { memberships } = records
  if (memberships === undefined) return
  for await (const known of read.known.all()) {
    const moved = known.filter(({ raw }) => {
      const { groups, groupIds } = memberships.columnsOf(raw)
      return JSON.stringify([groups, groupIds]) !== JSON.stringify([raw['groups'], raw['groupIds']])
    })
    const ids = moved.map((record) => idOf(record, read)).filter((id) => id !== '')
    for (const chunk of inChunks(ids, idsAtOnce)) yield await records.from(await readByIds(read, chunk))
  }
}

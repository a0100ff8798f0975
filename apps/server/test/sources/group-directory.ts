import type { Database } from '../../src/db/pool.ts'
import type { SourceGroup, SourcePage, SourceReader } from '../../src/sources/reader.ts'

/** A group as a directory says it; whoever is in it is named by the anchor of a record or of a group. */
export function groupOf(id: string, members: readonly string[], more: { readonly name?: string } = {}): SourceGroup {
  const attributes = { id, name: more.name ?? id }
  return { kind: 'group', anchor: id, attributes, memberKey: id, members, place: `Groups/${id}` }
}

export type Said = { readonly people: readonly object[]; readonly groups: readonly SourceGroup[] }

/** A directory in the test: people, then groups; how many differences of members were staged once all was written. */
export function directoryOf({ people, groups }: Said, staged: { count: number }, database: Database): SourceReader {
  return {
    abilities: { canDelta: true, tellsDeletions: true },
    probe: () => Promise.resolve({ sample: [], columns: [] }),
    read: async function* (): AsyncGenerator<SourcePage> {
      const page = { cursor: undefined, progress: { done: people.length, total: people.length } }
      for (let start = 0; start < people.length; start += 1_000) {
        const entries = people.slice(start, start + 1_000).map((person) => {
          const attributes = person as { id: string } // Of peopleOf.
          return { kind: 'record', anchor: attributes.id, attributes, place: attributes.id } as const
        })
        yield { ...page, entries }
      }
      yield { ...page, entries: [], groups }
      // The next page is asked for while the one before is being written.
      yield { ...page, entries: [] }
      yield { ...page, entries: [] }
      const { rows } = await database.query<{ count: number }>({
        text: 'select count(*)::integer as count from source_staged_members',
      })
      staged.count = rows[0]?.count ?? 0
      yield { ...page, entries: [], end: { checkpoint: { kind: 'none' } } }
    },
  }
}

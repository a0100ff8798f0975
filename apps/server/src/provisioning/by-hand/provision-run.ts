import type { JsonObject } from '@rollcall/scim'
import { selectTeamPeople } from '../../db/queries/work-by-hand.ts'
import type { Database } from '../../db/pool.ts'
import type { RunWork } from '../../jobs/run-worker.ts'
import type { ObjectRef } from '../object.ts'
import { recordTrace } from './provision.ts'
import { openByHand, type ByHandParts } from './session.ts'

/** So many at once, each with one request after the other. */
const handsMax = 4
const peoplePerPage = 100

/** People and teams by hand, a team after its members; goes on behind the last page that was done. */
export async function runProvision(parts: ByHandParts, work: RunWork): Promise<JsonObject> {
  const { appId, evenIfPaused, subjects } = parseInput(work.input)
  const name = { organizationId: work.organizationId, appId }
  const counts = new Map<string, number>(Object.entries(parseCounts(work.checkpoint)))
  let done = work.done
  const at = parsePlace(work.checkpoint)
  await using session = await openByHand(parts, parts.clock(), { ...name, evenIfPaused, handsMax })
  for await (const page of pages(parts.database, { ...name, subjects, at })) {
    work.signal.throwIfAborted()
    await session.provision(page.objects, work.signal, async (trace) => {
      counts.set(trace.status, (counts.get(trace.status) ?? 0) + 1)
      await recordTrace(parts.database, name, { trace, runId: work.id })
    })
    done += page.objects.length
    const checkpoint = { index: page.index, after: page.after ?? null, counts: Object.fromEntries(counts) }
    await work.advance(parts.database, { checkpoint, done })
  }
  return { ...Object.fromEntries(counts) }
}

type Place = { readonly index: number; readonly after: string | undefined }

type PageOfObjects = Place & { readonly objects: readonly ObjectRef[] }

/** `index` and `after` say where the next page begins. */
async function* pages(
  database: Database,
  { organizationId, subjects, at }: { organizationId: string; subjects: readonly ObjectRef[]; at: Place },
): AsyncGenerator<PageOfObjects> {
  let after = at.after
  for (let index = at.index; index < subjects.length; index++) {
    const subject = subjects[index]
    if (subject === undefined) return
    if (subject.kind === 'team') {
      for (;;) {
        const ids = await selectTeamPeople(database, organizationId, {
          teamId: subject.id,
          after,
          rowsMax: peoplePerPage,
        })
        after = ids.at(-1) ?? after
        if (ids.length > 0) yield { index, after, objects: ids.map((id) => ({ kind: 'user', id })) }
        if (ids.length < peoplePerPage) break
      }
    }
    after = undefined
    yield { index: index + 1, after, objects: [subject] }
  }
}

type Input = { readonly appId: string; readonly evenIfPaused: boolean; readonly subjects: readonly ObjectRef[] }

function parseInput(input: JsonObject): Input {
  // `provisionByRun` wrote it.
  return input as unknown as Input
}

function parsePlace(checkpoint: JsonObject | undefined): Place {
  const { index, after } = checkpoint ?? {}
  return { index: typeof index === 'number' ? index : 0, after: typeof after === 'string' ? after : undefined }
}

function parseCounts(checkpoint: JsonObject | undefined): { readonly [status: string]: number } {
  // This file wrote it.
  return (checkpoint?.['counts'] ?? {}) as { readonly [status: string]: number }
}

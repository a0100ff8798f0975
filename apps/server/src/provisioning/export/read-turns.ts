import { selectLinks, type LinkRow } from '../../db/queries/provisioning-links.ts'
import type { WorkRow } from '../../db/queries/provisioning-work.ts'
import { toWanted, type Evaluated } from '../evaluated.ts'
import type { Exporter } from './context.ts'
import { newLink } from './link.ts'
import type { Turn } from './turn.ts'

type Reader = Pick<Exporter, 'app' | 'database' | 'clock' | 'evaluate'>

/** What is known and wanted of each, from one look at the database for all. */
export async function readTurns(reader: Reader, items: readonly WorkRow[]): Promise<readonly Turn[]> {
  const ids = items.map(({ objectId }) => objectId)
  const links = new Map((await selectLinks(reader.database, reader.app, ids)).map((link) => [link.objectId, link]))
  const objects = items.map(({ kind, objectId: id }) => ({ kind, id, link: links.get(id) }))
  const evaluated = await reader.evaluate(objects)
  return items.map((item) => {
    const result = evaluated.get(item.objectId)
    if (result === undefined) throw new Error(`Nothing was evaluated for ${item.objectId}`)
    return toTurn(reader, item, { evaluated: result, link: links.get(item.objectId) })
  })
}

function toTurn(
  { app, clock }: Reader,
  item: WorkRow,
  known: { readonly evaluated: Evaluated; readonly link: LinkRow | undefined },
): Turn {
  const rules = app.rulesOf(item.kind)
  const link = known.link ?? { ...newLink(item.objectId, item.kind), sent: null }
  const wanted = toWanted(known.evaluated, link, rules, clock())
  return { app, item, link, isLinkNew: known.link === undefined, evaluated: known.evaluated, wanted, rules }
}

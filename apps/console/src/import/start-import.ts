import type { RouteAnswer } from '@rollcall/admin-api'
import { call } from '../api/call.ts'
import { fitRules, readHeader } from './fit-rules.ts'
import { uploadFile } from '../sources/upload.ts'

type Import = {
  readonly organization: string
  readonly file: File
  /** Where it was imported to before; undefined: a new source of that name. */
  readonly source: string | undefined
  readonly name: string
  onProgress(sentBytes: number): void
}

// Each file may hold other people, more or fewer, with other columns filled: nothing of that is a sign of a broken source.
const guards = { shrinkPercent: 100, growPercent: 1_000, emptyPercent: 100, badPercent: 100, badMin: 1_000_000 }

/** By its name; what is neither is read as a table, which says what is wrong with it. */
export function formatOf(file: Pick<File, 'name'>): 'csv' | 'jsonl' {
  return /\.(?:jsonl|ndjson|json)$/i.test(file.name) ? 'jsonl' : 'csv'
}

/** Uploads the file and begins to read it, which makes a plan and changes nobody. */
export async function startImport(wanted: Import): Promise<RouteAnswer<'startSourceRead'>> {
  const { organization, file, onProgress } = wanted
  const source = wanted.source ?? (await makeSource(wanted))
  const { signal } = new AbortController()
  const id = await uploadFile({ organization, source, file, signal, onProgress })
  return call('startSourceRead', { params: { organization, source }, body: { file: id } })
}

/** A source that leaves alone whoever is not in a file. */
async function makeSource({ organization, file, name }: Import): Promise<string> {
  const format = formatOf(file)
  const place =
    format === 'csv'
      ? // What our own exports put before formulas is taken away again.
        { kind: 'file' as const, format, csv: { unguard: true } }
      : { kind: 'file' as const, format }
  const preset = format === 'csv' ? ('people' as const) : ('scim' as const)
  const { id } = await call('createSource', {
    params: { organization },
    body: { name, place, preset, settings: { guards } },
  })
  const params = { organization, source: id }
  const { rules } = await call('getSourceRules', { params, query: { revision: 1 } })
  const saved = await call('saveSourceRules', {
    params,
    body: { rules: fitRules(rules, format === 'csv' ? await readHeader(file) : undefined) },
  })
  await call('publishSourceRules', { params, body: { revision: saved.revision } })
  return id
}

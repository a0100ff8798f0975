import { sourcePlace, sourceRules, sourceSettings } from '@rollcall/admin-api'
import { selectOpenRead } from '../../apps/server/src/db/queries/source-reads.ts'
import { addPart, beginFile, completeUpload } from '../../apps/server/src/sources/files.ts'
import { createSource } from '../../apps/server/src/sources/manage-sources.ts'
import { openReader, type ReaderParts } from '../../apps/server/src/sources/readers.ts'
import { publishSourceRules } from '../../apps/server/src/sources/rules-revisions.ts'
import type { SourceName } from '../../apps/server/src/sources/source.ts'
import { startRead } from '../../apps/server/src/sources/start-read.ts'
import { workOffReads } from '../../apps/server/src/sources/work-reads.ts'
import { record, recordBound } from '../report.ts'
import { openEngineSite, type EngineSite } from './engine-site.ts'
import { bytesOfMegabyte, watchMemory } from './memory.ts'
import { watchProcessors } from './processor.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const managers = 1_000
const rows = { perChunk: 20_000, changedOf: 100 }

const rules = sourceRules.parse({
  anchor: 'id',
  mappings: [
    { target: 'userName', kind: 'expression', expression: 'ToLower([mail])' },
    { target: 'displayName', kind: 'expression', expression: 'Join(" ", [first], [last])' },
    { target: 'name.givenName', kind: 'direct', source: 'first' },
    { target: 'name.familyName', kind: 'direct', source: 'last' },
    { target: 'title', kind: 'direct', source: 'title' },
    { target: 'emails[type eq "work"].value', kind: 'direct', source: 'mail' },
    { target: `${enterprise}:department`, kind: 'direct', source: 'department' },
    { target: `${enterprise}:employeeNumber`, kind: 'direct', source: 'id' },
    { target: `${enterprise}:manager`, kind: 'reference', source: 'manager' },
  ],
  correlation: [[{ target: `${enterprise}:employeeNumber` }], [{ target: 'userName' }]],
})

/** An HR file as CSV, from its bytes to people: the first time, unchanged, and with one row of a hundred changed. */
export async function sourcesSuite({ people }: { readonly people: number }): Promise<void> {
  await using site = await openEngineSite()
  const organizationId = await site.newOrganization('sources', 0)
  const source = await createSource(site, site.call(), {
    organizationId,
    command: {
      name: 'HR',
      place: sourcePlace.parse({ kind: 'file', format: 'csv' }),
      settings: sourceSettings.parse({ approval: 'never' }),
    },
    rules,
  })
  const name = { organizationId, sourceId: source.id }
  await publishSourceRules(site.database, site.call(), { ...name, revision: 1 })
  const first = await readFile(site, name, { people, isChanged: () => false })
  record({ name: `first import of ${people} people, each with a manager`, value: first, unit: 's' })
  record({
    name: 'people made, a second',
    value: people / first,
    unit: '1/s',
    target: '>= 3000',
    met: people / first >= 3000,
  })
  await site.database.query({ text: 'vacuum analyze' })
  const same = await readFile(site, name, { people, isChanged: () => false })
  record({ name: `the same ${people} rows again`, value: same, unit: 's' })
  const changed = await readFile(site, name, { people, isChanged: (row) => row % rows.changedOf === 0 })
  recordBound(`${people} rows, 1 % of them changed`, changed, (90 * people) / 1_000_000, 's')
}

type File = { readonly people: number; readonly isChanged: (row: number) => boolean }

/** Seconds from the start of the read to its end; the upload is not counted. */
async function readFile(site: EngineSite, name: SourceName, file: File): Promise<number> {
  const { database, clock, encryption } = site
  await upload(site, name, file)
  const memory = watchMemory()
  const processors = await watchProcessors(database)
  const startedMs = performance.now()
  await startRead(database, site.call(), { ...name, mode: 'full' })
  const worker = {
    database,
    clock,
    encryption,
    owner: 'bench',
    // Uploaded files are read from the database; nothing outside is asked.
    openReader: (opened: Parameters<typeof openReader>[0]) =>
      openReader(opened, { database, clock, encryption } as ReaderParts),
    onFault: (error: unknown) => {
      throw error
    },
  }
  await workOffReads(worker, new AbortController().signal)
  const seconds = (performance.now() - startedMs) / 1000
  const open = await selectOpenRead(database, name)
  if (open !== undefined) throw new Error(`The read is ${open.state}`)
  const { most } = memory.stop()
  processors.record('that read')
  recordBound('memory of the process, at most', most / bytesOfMegabyte, 400, 'MB')
  return seconds
}

async function upload(site: EngineSite, name: SourceName, file: File): Promise<void> {
  const { database, call } = site
  const begun = await beginFile(database, call(), { ...name, name: 'hr.csv' })
  let at = 0
  for (const bytes of printRows(file)) {
    await addPart(site, begun, { fromByte: at, bytes, now: site.clock() })
    at += bytes.length
  }
  await completeUpload(site, call(), { ...begun, bytes: at })
}

function* printRows({ people, isChanged }: File): Generator<Buffer> {
  yield Buffer.from('id,mail,first,last,title,department,manager\n')
  for (let start = 0; start < people; start += rows.perChunk) {
    let text = ''
    for (let row = start; row < Math.min(people, start + rows.perChunk); row++) {
      const title = isChanged(row) ? 'Chief' : `Title ${row % 50}`
      text += `E${row},person${row}@acme.example,First${row % 977},Last${row},${title},Department ${row % 100},E${row % managers}\n`
    }
    yield Buffer.from(text)
  }
}

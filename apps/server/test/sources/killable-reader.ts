// Works off reads in a process of its own, which kills itself with -9 in the middle of it.
// Arguments: address of the database; the page before which it dies (0: never); milliseconds that its clock is ahead of the
// given time; that time; the encryption key.
import { openDatabase } from '../../src/db/pool.ts'
import { createApplication } from '../../src/application.ts'
import { configOf } from '../../src/config.ts'
import { createEncryption } from '../../src/encryption.ts'
import type { SourcePage, SourceReader } from '../../src/sources/reader.ts'
import { openReader } from '../../src/sources/readers.ts'
import { workOffReads } from '../../src/sources/work-reads.ts'

const [url = '', pagesLeft = '0', now = '', key = ''] = process.argv.slice(2)
let left = Number(pagesLeft)
const clock = (): Date => new Date(now)

/** It dies while the page before is being written: nobody knows whether that was committed. */
function mortal(reader: SourceReader): SourceReader {
  return {
    ...reader,
    read: async function* (request): AsyncGenerator<SourcePage> {
      for await (const page of reader.read(request)) {
        if (--left === 0) process.kill(process.pid, 'SIGKILL')
        yield page
      }
    },
  }
}

const database = openDatabase({ url, poolMax: 4, statementTimeoutMs: 30_000 })
const { parts } = createApplication({ config: configOf({}), database, clock, encryption: createEncryption([key]) })
await workOffReads(
  {
    ...parts,
    owner: `process ${process.pid}`,
    openReader: (opened) => mortal(openReader(opened, parts)),
    onFault: (error) => {
      throw error
    },
  },
  new AbortController().signal,
)
await database.close()
process.exit(0)

import { after } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { providerOn } from './fixture.ts'
import { storageSuite } from '../../../../packages/scim/test/server/storage-suite.ts'

// The memory store passes the same cases in packages/scim; here they run on PostgreSQL.
const { database, close } = await createTestDatabase()
after(close)
storageSuite('PostgreSQL', providerOn(database))

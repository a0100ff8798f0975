import { after } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { providerOn } from './fixture.ts'
import { bulkCases } from '../../../../packages/scim/test/server/suite/bulk.test.ts'
import { createCases } from '../../../../packages/scim/test/server/suite/create.test.ts'
import { discoveryCases } from '../../../../packages/scim/test/server/suite/discovery.test.ts'
import { filterCases } from '../../../../packages/scim/test/server/suite/filter.test.ts'
import { groupCases } from '../../../../packages/scim/test/server/suite/groups.test.ts'
import { httpCases } from '../../../../packages/scim/test/server/suite/http.test.ts'
import { listCases } from '../../../../packages/scim/test/server/suite/list.test.ts'
import { patchCases } from '../../../../packages/scim/test/server/suite/patch.test.ts'
import { replaceCases } from '../../../../packages/scim/test/server/suite/replace.test.ts'
import { storageCases } from '../../../../packages/scim/test/server/suite/storage.test.ts'

// The memory store passes the same cases in packages/scim; here they run on PostgreSQL.
const { database, close } = await createTestDatabase()
after(close)
const makeProvider = providerOn(database)

bulkCases(makeProvider)
createCases(makeProvider)
discoveryCases(makeProvider)
filterCases(makeProvider)
groupCases(makeProvider)
httpCases(makeProvider)
listCases(makeProvider)
patchCases(makeProvider)
replaceCases(makeProvider)
storageCases(makeProvider)

// The peer "SCIMMY": scimmy and scimmy-routers on Express with a Map, as their documentation shows. Prints its port.
// Runs in a folder of its own, where the bench has installed it; it is no dependency of the project.
import { randomUUID } from 'node:crypto'
import express from 'express'
import SCIMMY from 'scimmy'
import SCIMMYRouters from 'scimmy-routers'

const enterprise = SCIMMY.Schemas.EnterpriseUser
SCIMMY.Resources.User.extend(enterprise)

// What a search is about is the handler's to apply. The bench measures without it; as a target of provisioning it is needed.
const isFiltering = process.env.FILTERING === 'yes'

function store(type, uniqueKey) {
  const rows = new Map()
  const byKey = new Map()
  SCIMMY.Resources.declare(type, {
    ingress(resource, data) {
      const id = resource.id ?? randomUUID()
      const key = data[uniqueKey]?.toLowerCase()
      const owner = byKey.get(key)
      if (uniqueKey === 'userName' && owner !== undefined && owner !== id)
        throw new SCIMMY.Types.Error(409, 'uniqueness', `${uniqueKey} is taken`)
      const now = new Date().toISOString()
      const row = { ...data, id, meta: { created: rows.get(id)?.meta.created ?? now, lastModified: now } }
      rows.set(id, row)
      byKey.set(key, id)
      return row
    },
    egress(resource) {
      if (resource.id !== undefined) {
        const row = rows.get(resource.id)
        if (row === undefined) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`)
        return row
      }
      const all = [...rows.values()]
      return isFiltering ? (resource.filter?.match(all) ?? all) : all
    },
    degress(resource) {
      rows.delete(resource.id)
    },
  })
}

store(SCIMMY.Resources.User, 'userName')
store(SCIMMY.Resources.Group, 'displayName')

const app = express()
app.use(
  '/scim',
  new SCIMMYRouters({
    type: 'bearer',
    handler(request) {
      if (request.header('Authorization') !== 'Bearer bench') throw new Error('Authorization not detected')
      return 'bench'
    },
  }),
)
const server = app.listen(0, '127.0.0.1', () => console.log(`ready ${server.address().port}`))
// It answers so slowly that Node would take its connections for idle and close them while the next request is on its way.
server.keepAliveTimeout = 10 * 60_000

// The floor: a bare Hono handler with one prepared statement, on the same PostgreSQL and the same table shape as Rollcall.
// Its own process, started with the database's URL; prints its port.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'

const [databaseUrl = '', organizationId = ''] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString: databaseUrl, max: 10 })
const app = new Hono()
const headers = { 'Content-Type': 'application/scim+json' }

app.get('/users/:id', async (context) => {
  const { rows } = await pool.query<{ document: string }>({
    name: 'floor_find',
    text: 'select document from floor_users where organization_id = $1 and id = $2',
    values: [organizationId, context.req.param('id')],
  })
  return context.body(rows[0]?.document ?? '', rows[0] === undefined ? 404 : 200, headers)
})

app.post('/users', async (context) => {
  const document = await context.req.text()
  const { userName, externalId } = parse(document)
  await pool.query({
    name: 'floor_insert',
    text: `insert into floor_users (organization_id, id, scim_id, state, user_name_key, external_id, display, document, search,
             search_text, version, created_at, updated_at, state_changed_at)
           values ($1::uuid, $2::uuid, $2::uuid, 'active', $3::text, $4::text, $3::text, $5::text, $5::text::jsonb, $3::text, 1, $6::timestamptz, $6::timestamptz, $6::timestamptz)`,
    values: [organizationId, uuidv7(), userName.toLowerCase(), externalId, document, new Date().toISOString()],
  })
  return context.body(document, 201, headers)
})

function parse(text: string): { userName: string; externalId: string } {
  const value: unknown = JSON.parse(text)
  // The bench made the body itself.
  return value as { userName: string; externalId: string }
}

// In order of time, as the ids that Rollcall inserts.
function uuidv7(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`
}

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(`ready ${port}`))
process.once('SIGTERM', () => server.close(() => void pool.end()))

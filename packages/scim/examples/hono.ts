import { Hono } from 'hono'
import { createProvider } from './provider.ts'

/** Mounts SCIM in a Hono application: Hono speaks Request and Response too. */
export function createHonoApp(baseUrl: string, token: string): Hono {
  const app = new Hono()
  const scim = createProvider(baseUrl, token)
  app.get('/', (context) => context.text('my application'))
  app.all('/scim/v2', (context) => scim.fetch(context.req.raw))
  app.all('/scim/v2/*', (context) => scim.fetch(context.req.raw))
  return app
}

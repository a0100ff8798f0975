import fastify, { type FastifyInstance } from 'fastify'
import { createProvider } from './provider.ts'
import { toRequest } from './node-request.ts'

/** Mounts SCIM in a Fastify 5 application; its body parsers are set aside, since the handler reads the body itself. */
export async function createFastifyApp(baseUrl: string, token: string): Promise<FastifyInstance> {
  const app = fastify()
  const scim = createProvider(baseUrl, token)
  app.get('/', () => 'my application')
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.all('/scim/v2', (request) => scim.fetch(toRequest(request.raw, request.url)))
    scope.all('/scim/v2/*', (request) => scim.fetch(toRequest(request.raw, request.url)))
  })
  return app
}

import { Readable } from 'node:stream'
import express, { type Express } from 'express'
import { createProvider } from './provider.ts'
import { toRequest } from './node-request.ts'

/** Mounts SCIM in an Express 5 application; no body parser may stand before it. */
export function createExpressApp(baseUrl: string, token: string): Express {
  const app = express()
  const scim = createProvider(baseUrl, token)
  app.get('/', (_, response) => void response.send('my application'))
  // oxlint-disable-next-line oxc/no-async-endpoint-handlers -- Express 5 takes care of rejections
  app.use('/scim/v2', async (request, response) => {
    const answer = await scim.fetch(toRequest(request, request.originalUrl))
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    if (answer.body === null) response.end()
    else Readable.fromWeb(answer.body).pipe(response)
  })
  return app
}

// An app that answers at once: it knows nobody, makes every account and keeps none. GET / tells how many requests came, and
// within how many milliseconds from the first to the last; DELETE / begins anew. A process of its own; prints its port.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

let count = 0
let firstMs = 0
let lastMs = 0
let lastId = 0

const empty = JSON.stringify({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: 0,
  startIndex: 1,
  itemsPerPage: 0,
  Resources: [],
})

function note(): void {
  lastMs = performance.now()
  if (count++ === 0) firstMs = lastMs
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/scim+json' }).end(body)
}

const server = createServer((request, response) => {
  if (request.url === '/') {
    if (request.method === 'DELETE') count = 0
    response.end(JSON.stringify({ count, ms: lastMs - firstMs }))
    return
  }
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => (body += chunk))
  request.on('end', () => {
    note()
    if (request.method === 'POST') answer(response, 201, `{"id":"a${++lastId}",${body.slice(1)}`)
    else if (request.method === 'GET') answer(response, 200, empty)
    else response.writeHead(204).end()
  })
})
server.listen(0, '127.0.0.1', () => {
  // It listens on TCP, so the address has a port.
  const { port } = server.address() as AddressInfo
  console.log(`ready ${port}`)
})
process.once('SIGTERM', () => {
  server.closeAllConnections()
  server.close()
})

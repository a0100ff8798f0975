// An endpoint of a customer that is as fast as Node can be: it reads the body and answers 204. GET / tells how many came,
// and within how many milliseconds from the first to the last; DELETE / begins anew. A process of its own; prints its port.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

let count = 0
let firstMs = 0
let lastMs = 0

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ count, ms: lastMs - firstMs }))
    return
  }
  if (request.method === 'DELETE') {
    count = 0
    response.end('{}')
    return
  }
  request.resume().on('end', () => {
    lastMs = performance.now()
    if (count++ === 0) firstMs = lastMs
    response.writeHead(204).end()
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

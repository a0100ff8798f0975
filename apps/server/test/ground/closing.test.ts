import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { listen, type Listener } from '../../src/http/server.ts'
import { silentLogger } from '../../src/telemetry/logger.ts'

const shutdownMs = 20_000

const listenWith = (fetch: (request: Request) => Promise<Response>): Promise<Listener> =>
  listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    headersTimeoutMs: 60_000,
    requestTimeoutMs: 60_000,
    bodyBytesMax: 1_000,
    logger: silentLogger,
    fetch,
    answer: () => undefined,
  })

test('an answer that comes after the end of listening says that its connection is closed', async () => {
  const slow = Promise.withResolvers<void>()
  const listener = await listenWith(async () => {
    await slow.promise
    return new Response('late')
  })
  const agent = new Agent({ keepAlive: true })
  const sent = httpRequest({ port: listener.port, host: '127.0.0.1', agent }).end()
  await once(sent, 'finish')
  const stopped = listener.stop(shutdownMs)
  await untilRefused(listener.port)
  // Longer than idle connections are left open.
  await sleep(600)
  slow.resolve()
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers.connection, 'close')
  answer.resume()
  await stopped
})

test('a request that came while the server was busy elsewhere is answered although its connection was to be closed', async () => {
  const listener = await listenWith(async (request) => new Response(new URL(request.url).pathname))
  const written = new Int32Array(new SharedArrayBuffer(4))
  const client = new Worker(clientSource, { eval: true, workerData: { port: listener.port, written } })
  const heard: string[] = []
  client.on('message', (text: string) => heard.push(text))
  while (heard.length === 0) await sleep(5)
  assert.match(heard[0] ?? '', /^HTTP\/1\.1 200 [^]*\/first$/)
  const stopped = listener.stop(shutdownMs)
  await untilRefused(listener.port)
  client.postMessage('write', [])
  // The thread stands still until the second request has arrived and the time of idle connections is over.
  Atomics.wait(written, 0, 0)
  Atomics.wait(written, 0, 1, 700)
  await once(client, 'exit')
  assert.match(heard.slice(1).join(''), /^HTTP\/1\.1 200 [^]*connection: close[^]*\/second$/i)
  await stopped
})

/** Two requests on one connection, the second when it is told to. */
const clientSource = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { port, written } = workerData
  const socket = require('node:net').connect(port, '127.0.0.1')
  const send = (path) => new Promise((sent) => socket.write('GET ' + path + ' HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n', sent))
  socket.on('data', (data) => parentPort.postMessage(data.toString()))
  socket.on('error', (error) => parentPort.postMessage(error.code))
  socket.on('close', () => parentPort.close())
  void send('/first')
  parentPort.once('message', async () => {
    await send('/second')
    Atomics.store(written, 0, 1)
    Atomics.notify(written, 0)
  })
`

async function untilRefused(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (!isOpen) return
    await sleep(5)
  }
}

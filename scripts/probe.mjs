// Asks the server of this container whether it is ready: exit 0 or 1. Node is the only program that the image has to ask with.
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

const timeoutMs = 3_000
const { PORT: port = '8080', ROLLCALL_TLS_CERT: certificate } = process.env
const ask = certificate === undefined ? httpRequest : httpsRequest

// It is our own certificate, on this machine, under a name that it does not carry.
const options = { host: '127.0.0.1', port, path: '/readyz', timeout: timeoutMs, rejectUnauthorized: false }
const asked = ask(options, (response) => {
  response.resume()
  process.exitCode = response.statusCode === 200 ? 0 : 1
})
asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeoutMs} ms`)))
asked.on('error', (error) => {
  console.error(error.message)
  process.exitCode = 1
})
asked.end()

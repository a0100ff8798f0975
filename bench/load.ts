import { connect, type Socket } from 'node:net'

/** One request of a load: what goes over the wire after the connection stands. */
export type WireRequest = {
  readonly method: string
  readonly path: string
  readonly body?: string
}

/** What a load shall do. It ends after `seconds`, or after `requests` answers, whichever comes first. */
export type LoadOptions = {
  readonly port: number
  readonly authorization: string
  readonly connections: number
  readonly seconds: number
  readonly requests?: number
  readonly next: (index: number) => WireRequest
  /** Any other status counts as an error; a PATCH that changes nothing may answer 204 elsewhere. */
  readonly expect: number | readonly number[]
}

/** What came of a load. */
export type LoadResult = {
  readonly answers: number
  readonly errors: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly firstError: string | undefined
}

type Progress = { sent: number; errors: number; latencies: number[]; firstError: string | undefined; deadline: number }

/**
 * Closed-loop load over plain sockets: each connection sends its next request when its answer has come.
 * A library client would cost more than the servers that are measured, and share their cores.
 */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const started = performance.now()
  const progress: Progress = {
    sent: 0,
    errors: 0,
    latencies: [],
    firstError: undefined,
    deadline: started + options.seconds * 1000,
  }
  await Promise.all(Array.from({ length: options.connections }, () => runConnection(options, progress)))
  const seconds = (performance.now() - started) / 1000
  const sorted = progress.latencies.sort((a, b) => a - b)
  return {
    answers: sorted.length,
    errors: progress.errors,
    perSecond: sorted.length / seconds,
    p50Ms: sorted[Math.floor(sorted.length * 0.5)] ?? Number.NaN,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    firstError: progress.firstError,
  }
}

function runConnection(options: LoadOptions, progress: Progress): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(options.port, '127.0.0.1')
    socket.setNoDelay(true)
    socket.on('error', reject)
    let buffered: Buffer = Buffer.alloc(0)
    let sentAt = 0
    const sendNext = (): void => {
      const isOver = performance.now() >= progress.deadline || progress.sent >= (options.requests ?? Infinity)
      if (isOver) {
        socket.end()
        resolve()
        return
      }
      sentAt = performance.now()
      send(socket, options, options.next(progress.sent++))
    }
    socket.on('connect', sendNext)
    socket.on('data', (chunk: Buffer) => {
      buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
      const answer = readAnswer(buffered)
      if (answer === undefined) return
      progress.latencies.push(performance.now() - sentAt)
      if (![options.expect].flat().includes(answer.status)) {
        progress.errors++
        progress.firstError ??= buffered.toString('utf8', 0, 600)
      }
      buffered = buffered.subarray(answer.bytes)
      sendNext()
    })
  })
}

function send(socket: Socket, options: LoadOptions, request: WireRequest): void {
  const body = request.body ?? ''
  const type =
    body === '' ? '' : `Content-Type: application/scim+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`
  socket.write(
    `${request.method} ${request.path} HTTP/1.1\r\nHost: 127.0.0.1:${options.port}\r\nUser-Agent: rollcall-bench\r\nAccept: application/scim+json\r\nAuthorization: ${options.authorization}\r\n${type}\r\n${body}`,
  )
}

function readAnswer(buffer: Buffer): { status: number; bytes: number } | undefined {
  const headEnd = buffer.indexOf('\r\n\r\n')
  if (headEnd === -1) return undefined
  const head = buffer.toString('latin1', 0, headEnd)
  const status = Number(head.slice(9, 12))
  const start = headEnd + 4
  if (status === 204 || status === 304) return { status, bytes: start }
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) {
    const bytes = start + Number(length)
    return buffer.length >= bytes ? { status, bytes } : undefined
  }
  const end = buffer.indexOf('\r\n0\r\n\r\n', start - 2)
  return end === -1 ? undefined : { status, bytes: end + 7 }
}

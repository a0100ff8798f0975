import { apiError } from '@rollcall/admin-api'
import type { Frame } from '../../live/hub.ts'

/** So many answers may be followed at once in one process. */
const streamsMax = 200
const heartbeatMs = 15_000
const retryMs = 1_000
const encoder = new TextEncoder()

let open = 0

/** Whether the client asks to follow (WHATWG HTML §9.2: server-sent events); a GET, since a HEAD has no body. */
export function wantsEvents(request: Request): boolean {
  return request.method === 'GET' && /\btext\/event-stream\b/i.test(request.headers.get('accept') ?? '')
}

/** One event a body. The client that is cut off comes back by itself and gets the state that then is. */
export async function* toFrames(bodies: AsyncIterable<unknown>): AsyncGenerator<Frame> {
  for await (const data of bodies) yield { event: 'progress', data }
}

export function toEventResponse(frames: AsyncIterable<Frame>, headers: Headers): Response {
  if (open >= streamsMax)
    throw apiError('tooManyRequests', `More than ${streamsMax} answers are followed at once`, {
      headers: { 'retry-after': '5' },
    })
  headers.set('content-type', 'text/event-stream')
  // Proxies that compress or change what they hand on would hold it back until they have enough of it.
  headers.set('cache-control', 'no-cache, no-transform')
  // Proxies that collect answers would hold back what is sent.
  headers.set('x-accel-buffering', 'no')
  return new Response(toStream(frames), { status: 200, headers })
}

function toStream(frames: AsyncIterable<Frame>): ReadableStream<Uint8Array> {
  const source = frames[Symbol.asyncIterator]()
  let heartbeat: NodeJS.Timeout | undefined
  let isOpen = false
  const finish = (): void => {
    clearInterval(heartbeat)
    if (isOpen) open--
    isOpen = false
  }
  return new ReadableStream({
    start: (controller) => {
      open++
      isOpen = true
      controller.enqueue(encoder.encode(`retry: ${retryMs}\n\n`))
      heartbeat = setInterval(() => controller.enqueue(encoder.encode(': still here\n\n')), heartbeatMs).unref()
    },
    pull: async (controller) => {
      const next = await source.next().catch((error: unknown) => {
        finish()
        throw error
      })
      if (next.done !== true) return controller.enqueue(encoder.encode(toText(next.value)))
      finish()
      controller.close()
    },
    cancel: async () => {
      finish()
      await source.return?.()
    },
  })
}

function toText({ id, event, data }: Frame): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

import assert from 'node:assert/strict'

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into the data freely
export type ReadEvent = { readonly id: string | undefined; readonly event: string; readonly data: any }

export type EventReader = AsyncDisposable & {
  readonly response: Response
  /** The next event; undefined: the stream has ended. Comments are left out. */
  next(): Promise<ReadEvent | undefined>
  /** The next event of that name, whatever comes before it. */
  nextOf(name: string): Promise<ReadEvent>
}

/** A body of JSON, which tests look into freely. */
// oxlint-disable-next-line typescript/no-explicit-any -- as above
export function bodyOf(response: Response): Promise<any> {
  return response.json()
}

const waitMs = 10_000

/** Reads server-sent events as a browser would. */
export function readEventsOf(response: Response): EventReader {
  const chunks = (response.body ?? new Blob().stream()).getReader()
  const decoder = new TextDecoder()
  let text = ''
  const next = async (): Promise<ReadEvent | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const block = text.slice(0, end)
        text = text.slice(end + 2)
        const fields = new Map([...block.matchAll(/^(id|event|data): (.*)$/gm)].map(([, name, value]) => [name, value]))
        const event = fields.get('event')
        if (event !== undefined) return { id: fields.get('id'), event, data: JSON.parse(fields.get('data') ?? 'null') }
        continue
      }
      const { done, value } = await inTime(chunks.read())
      if (done) return undefined
      text += decoder.decode(value, { stream: true })
    }
  }
  return {
    response,
    next,
    nextOf: async (name) => {
      for (;;) {
        const event = await next()
        assert.ok(event !== undefined, `the stream ended before ${name}`)
        if (event.event === name) return event
      }
    },
    [Symbol.asyncDispose]: () => chunks.cancel(),
  }
}

async function inTime<T>(promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`nothing came within ${waitMs} ms`)), waitMs)
  try {
    return await Promise.race([promise, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

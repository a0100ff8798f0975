/** A body of an answer: text, or chunks that are made while they are sent. */
export type Body = string | ReadableStream<Uint8Array>

const textCharactersMax = 65_536
const encoder = new TextEncoder()

/**
 * Gathers chunks into one text as long as they are few, and streams them otherwise, so that memory does not grow with
 * the answer. A failure among the first chunks is thrown; a later one breaks the stream off.
 */
export async function toBody(chunks: AsyncGenerator<string>): Promise<Body> {
  let text = ''
  for (let part = await chunks.next(); part.done !== true; part = await chunks.next()) {
    text += part.value
    if (text.length > textCharactersMax) return toStream(text, chunks)
  }
  return text
}

function toStream(start: string, chunks: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  let first: string | undefined = start
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const part = first === undefined ? await chunks.next() : { done: false as const, value: first }
        first = undefined
        if (part.done === true) controller.close()
        else controller.enqueue(encoder.encode(part.value))
      },
      async cancel() {
        await chunks.return(undefined)
      },
    },
    { highWaterMark: 0 },
  )
}

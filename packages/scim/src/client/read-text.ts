import { toCount } from './answer.ts'

/**
 * Reads a body as UTF-8 text and stops as soon as it is larger than `bytesMax`; then gives undefined.
 * Throws a TypeError when the bytes are no UTF-8 or the connection breaks.
 */
export async function readText(response: Response, bytesMax: number): Promise<string | undefined> {
  if (response.body === null) return ''
  if ((toCount(response.headers.get('content-length')) ?? 0) > bytesMax) {
    await response.body.cancel()
    return undefined
  }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const reader = response.body.getReader()
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.byteLength
    if (bytes > bytesMax) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}

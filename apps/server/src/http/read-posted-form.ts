export const formType = 'application/x-www-form-urlencoded'

/** The fields of a form, whoever has sent it; undefined when it is none or too large. */
export async function readPostedForm(request: Request, bytesMax: number): Promise<URLSearchParams | undefined> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== formType || Number(request.headers.get('content-length') ?? 0) > bytesMax) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  // The web's stream type forgets that a request's body is made of bytes.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) return undefined
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

import { refuse } from './answers.ts'

const formType = 'application/x-www-form-urlencoded'
// An assertion with a long key and its certificates fits; nothing else comes near.
const bodyBytesMax = 16_384

/** The fields of a form, each given once; else the refusal. */
export async function readForm(request: Request): Promise<URLSearchParams | Response> {
  const form = await readText(request)
  if (form === undefined)
    return refuse('invalid_request', `The body must be ${formType}, at most ${bodyBytesMax} bytes`)
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1)
  return repeated === undefined ? form : refuse('invalid_request', `${repeated.slice(0, 40)} is given twice`)
}

async function readText(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== formType || Number(request.headers.get('content-length') ?? 0) > bodyBytesMax) return undefined
  const chunks: Uint8Array[] = []
  let bytes = 0
  // The web's stream type forgets that a request's body is made of bytes.
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > bodyBytesMax) return undefined
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

import { z } from 'zod'
import { deliveryMethods } from './configuration.ts'
import { badRequest, SignalError } from './refusal.ts'

const bodyBytesMax = 256 * 1024
const uris = z.array(z.string().max(300)).max(100)

const delivery = z.object({
  method: z.enum([deliveryMethods.push, deliveryMethods.poll]),
  endpoint_url: z.string().max(2_000).nullish(),
  authorization_header: z.string().max(4_000).nullish(),
})

/** What a receiver sends about a stream; what the transmitter supplies may come along and must then be right (SSF 1.0 §8.1.1.3). */
export const streamBody = z.object({
  stream_id: z.string().max(100).optional(),
  delivery: delivery.optional(),
  events_requested: uris.optional(),
  description: z.string().max(500).nullish(),
})

export const statusBody = z.object({
  stream_id: z.string().max(100),
  status: z.enum(['enabled', 'paused', 'disabled']),
  reason: z.string().max(500).optional(),
})

export const subjectBody = z.object({
  stream_id: z.string().max(100),
  subject: z.record(z.string(), z.unknown()),
  verified: z.boolean().optional(),
})

export const verifyBody = z.object({ stream_id: z.string().max(100), state: z.string().max(1_000).optional() })

/** A subject identifier, under its name of today or under the one that Okta sends. */
export const revocationBody = z
  .object({
    sub_id: z.record(z.string(), z.unknown()).optional(),
    subject: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ sub_id: today, subject }) => today !== undefined || subject !== undefined, 'sub_id is missing')

export const pollBody = z.object({
  maxEvents: z.int().min(0).optional(),
  returnImmediately: z.boolean().default(false),
  ack: z.array(z.string().max(200)).max(10_000).default([]),
  setErrs: z
    .record(z.string(), z.object({ err: z.string().max(100), description: z.string().max(500).optional() }))
    .default({}),
})

/** Throws what is told about a body that is too long, no JSON, or something else. */
export async function readSignalBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  const text = await readText(request)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badRequest('The body is no JSON')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badRequest(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong'}`)
}

/** The body as text, read no further than the limit: whoever sends a token is not known yet. */
export async function readText(request: Request): Promise<string> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > bodyBytesMax) throw tooLarge()
  const chunks: Uint8Array[] = []
  let bytes = 0
  const body: AsyncIterable<Uint8Array> = request.body ?? new Blob([]).stream()
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > bodyBytesMax) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLarge(): SignalError {
  return new SignalError(413, 'invalid_request', { message: `The body has more than ${bodyBytesMax} bytes` })
}

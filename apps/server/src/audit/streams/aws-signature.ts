import { createHash, createHmac } from 'node:crypto'

export type AwsRequest = {
  readonly method: 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export type AwsCredentials = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

const service = 's3'
const algorithm = 'AWS4-HMAC-SHA256'

/** The header fields of a request that S3 and what speaks like it accept (AWS Signature Version 4, one chunk). */
export function signAws(request: AwsRequest, credentials: AwsCredentials, now: Date): Readonly<Record<string, string>> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const date = time.slice(0, 8)
  const payload = sha256(request.body)
  const headers: Readonly<Record<string, string>> = {
    ...request.headers,
    host: request.url.host,
    'x-amz-content-sha256': payload,
    'x-amz-date': time,
  }
  const names = Object.keys(headers).toSorted()
  const signedNames = names.join(';')
  const canonical = [
    request.method,
    encodePath(request.url.pathname),
    canonicalQuery(request.url.searchParams),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    signedNames,
    payload,
  ].join('\n')
  const scope = `${date}/${credentials.region}/${service}/aws4_request`
  const text = [algorithm, time, scope, sha256(Buffer.from(canonical))].join('\n')
  const key = [date, credentials.region, service, 'aws4_request'].reduce<Buffer>(
    (secret, part) => hmac(secret, part),
    Buffer.from(`AWS4${credentials.secretAccessKey}`),
  )
  const signature = hmac(key, text).toString('hex')
  const authorization = `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedNames}, Signature=${signature}`
  return { ...headers, authorization }
}

/** S3 encodes each segment once; a URL leaves some characters as they are that AWS does not. */
function encodePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/')
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .toSorted()
    .join('&')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

/** What proxies say about the client, read from the end: the nearest proxy wrote the last entry. */
export type Forwarded = {
  readonly address: string
  /** Undefined unless a trusted proxy said it. */
  readonly origin: string | undefined
}

/** The part of `Headers` by which single fields are read. */
export type HeaderSource = { get(name: string): string | null }

const plausibleHost = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i
const plausibleAddress = /^[0-9a-f:.]+$/i

/**
 * The client's address as seen by the outermost of our own proxies; without trusted proxies all headers are ignored.
 * `Forwarded` (RFC 7239) wins over the X-Forwarded-* headers.
 */
export function readForwarded(headers: HeaderSource, peer: string, proxyHops: number): Forwarded {
  if (proxyHops === 0) return { address: peer, origin: undefined }
  const standard = headers.get('forwarded')
  const { addresses, proto, host } = standard === null ? readLegacy(headers) : readStandard(standard)
  const chain = [...addresses, peer]
  const address = chain[Math.max(0, chain.length - 1 - proxyHops)] ?? peer
  const isOrigin = (proto === 'http' || proto === 'https') && host !== undefined && plausibleHost.test(host)
  return {
    address: plausibleAddress.test(address) ? address : peer,
    origin: isOrigin ? `${proto}://${host}` : undefined,
  }
}

type Chain = {
  readonly addresses: readonly string[]
  readonly proto: string | undefined
  readonly host: string | undefined
}

function readLegacy(headers: HeaderSource): Chain {
  const addresses = listOf(headers.get('x-forwarded-for')).map(stripPort)
  const proto = listOf(headers.get('x-forwarded-proto')).at(-1)?.toLowerCase()
  const host = listOf(headers.get('x-forwarded-host')).at(-1) ?? headers.get('host') ?? undefined
  return { addresses, proto, host }
}

function readStandard(text: string): Chain {
  const elements = listOf(text).map(readElement)
  const last = elements.at(-1)
  return {
    addresses: elements.map((element) => stripPort(element.get('for') ?? '')),
    proto: last?.get('proto')?.toLowerCase(),
    host: last?.get('host'),
  }
}

/** RFC 7239 §4: `for=192.0.2.60;proto=http;host="example.com"`. */
function readElement(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(';').map((pair) => {
    const at = pair.indexOf('=')
    return [
      pair.slice(0, at).trim().toLowerCase(),
      pair
        .slice(at + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1'),
    ] as const
  })
  return new Map(pairs)
}

function listOf(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function stripPort(address: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(address)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^[\d.]+:\d+$/.test(address) ? address.slice(0, address.indexOf(':')) : address
}

import { BlockList, isIP, isIPv6 } from 'node:net'
import { AccessError } from './access-error.ts'

export const networksMax = 50

/** The ranges of a key as they are stored: an address alone becomes a range of one. Throws `invalidNetwork`. */
export function parseNetworks(texts: readonly string[]): readonly string[] {
  if (texts.length === 0 || texts.length > networksMax)
    throw invalid(`allowedNetworks takes 1 to ${networksMax} ranges; leave it out to let the key in from anywhere`)
  return [...new Set(texts.map(parseNetwork))]
}

/** Whether an address lies in one of the ranges. */
export function createNetworkMatcher(networks: readonly string[]): (address: string) => boolean {
  const ranges = new BlockList()
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/')
    ranges.addSubnet(address, Number(prefix), familyOf(address))
  }
  return (address) => {
    const plain = unmapped(address)
    return isIP(plain) !== 0 && ranges.check(plain, familyOf(plain))
  }
}

function parseNetwork(text: string): string {
  const [address = '', prefix, ...rest] = text.trim().split('/')
  const plain = unmapped(address)
  const bits = isIP(plain) === 4 ? 32 : 128
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1
  if (isIP(plain) === 0 || plain.includes('%') || rest.length > 0 || length < 0 || length > bits)
    throw invalid(`"${text.slice(0, 60)}" is no range such as 192.0.2.0/24 or 2001:db8::/32`)
  // A range written with other bits than those of the prefix is what its author meant by the prefix.
  return `${plain.toLowerCase()}/${length}`
}

// A socket that listens on both families shows IPv4 clients as ::ffff:192.0.2.1 (RFC 4291 §2.5.5.2).
function unmapped(address: string): string {
  const tail = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return tail ?? address
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4'
}

function invalid(message: string): AccessError {
  return new AccessError('invalidNetwork', message, { field: 'allowedNetworks' })
}

import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Ranges that are nobody's public address (RFC 6890 and its registry): this machine, its networks, its cloud. */
const v4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]
// Only 2000::/3 is given out; of it, what wraps or tunnels an IPv4 address and what is for examples is left out.
const v6: readonly (readonly [string, number])[] = [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
]

// A list apart for each: a BlockList takes an IPv4 address for one of IPv6 too.
type Lists = { readonly ipv4: BlockList; readonly ipv6: BlockList }

function createLists(): Lists {
  return { ipv4: new BlockList(), ipv6: new BlockList() }
}

const refused = createLists()
for (const [network, bits] of v4) refused.ipv4.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of v6) refused.ipv6.addSubnet(network, bits, 'ipv6')

/** Says whether requests of ours may go to an address: a public one, or one in the ranges that the operator allowed. */
export function createAddressGuard(allowed: readonly string[]): (address: string) => boolean {
  const isAllowed = createRangeCheck(allowed)
  return (text) => {
    const address = unwrap(text)
    if (!isIPv4(address) && !isIPv6(address)) return false
    const type = isIPv4(address) ? 'ipv4' : 'ipv6'
    return isAllowed(address) || !refused[type].check(address, type)
  }
}

/** Says whether an address lies in one of the ranges. */
export function createRangeCheck(allowed: readonly string[]): (address: string) => boolean {
  const exceptions = createLists()
  for (const range of allowed) {
    const [network = '', bits = ''] = range.split('/')
    const type = isIPv4(network) ? 'ipv4' : 'ipv6'
    exceptions[type].addSubnet(network, bits === '' ? (type === 'ipv4' ? 32 : 128) : Number(bits), type)
  }
  return (text) => {
    const address = unwrap(text)
    if (!isIPv4(address) && !isIPv6(address)) return false
    const type = isIPv4(address) ? 'ipv4' : 'ipv6'
    return exceptions[type].check(address, type)
  }
}

/** `::ffff:10.0.0.1` reaches 10.0.0.1. */
function unwrap(text: string): string {
  const address = text.replace(/^\[|\]$/g, '')
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}

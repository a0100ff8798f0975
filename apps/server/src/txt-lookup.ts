import { Resolver } from 'node:dns/promises'

/** Every TXT record of a name, each joined of its pieces. Throws with DNS's code when there is none or nobody answers. */
export type TxtLookup = (name: string) => Promise<readonly string[]>

const timeoutMs = 3_000
const triesMax = 2

/** Asks the resolvers of the machine. */
export function createTxtLookup(): TxtLookup {
  const resolver = new Resolver({ timeout: timeoutMs, tries: triesMax })
  return async (name) => (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))
}

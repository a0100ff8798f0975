import { randomUUID } from 'node:crypto'
import { foldDn, parentOf, parseDn } from '../../../src/ldap/distinguished-name.ts'
import type { FakeAttribute, FakeFilter, LdapRequest } from './protocol.ts'

/** What a request ends with when it is not done. */
export class Refused extends Error {
  readonly code: number

  constructor(code: number, said: string) {
    super(said)
    this.code = code
  }
}

/** An entry; what it says of others, it says by themselves, so that it follows when they are renamed. */
export type Entry = {
  dn: string
  readonly guid: string
  readonly attributes: Map<string, { readonly name: string; values: Buffer[] }>
  readonly links: Map<string, Set<Entry>>
  /** The number of its last change. */
  usn: number
}

/** Attributes whose values are entries. */
const linked: Readonly<Record<string, string>> = { member: 'member', manager: 'manager' }

export class Tree {
  readonly entries = new Map<string, Entry>()
  readonly byGuid = new Map<string, Entry>()
  /** What is gone, by its id. */
  readonly tombstones = new Map<string, { readonly dn: string; readonly usn: number }>()
  /** The number of the last change of all. */
  usn = 0

  private touch(entry: Entry): void {
    entry.usn = ++this.usn
  }

  insert(dn: string, attributes: readonly FakeAttribute[]): Entry {
    if (this.entries.has(foldDn(dn))) throw new Refused(68, `${dn} is there already`)
    const entry: Entry = { dn, guid: randomUUID(), attributes: new Map(), links: new Map(), usn: 0 }
    for (const { name, values } of attributes) this.put(entry, name, values)
    this.entries.set(foldDn(dn), entry)
    this.byGuid.set(entry.guid, entry)
    return entry
  }

  find(dn: string): Entry {
    const guid = /^<GUID=([\da-f-]+)>$/i.exec(dn)?.[1]
    const entry = guid === undefined ? this.entries.get(foldDn(dn)) : this.byGuid.get(guid.toLowerCase())
    if (entry === undefined) throw new Refused(32, `There is no ${dn}`)
    return entry
  }

  remove(entry: Entry): void {
    if (this.childrenOf(entry.dn).length > 0) throw new Refused(66, 'It has others below it')
    this.entries.delete(foldDn(entry.dn))
    this.byGuid.delete(entry.guid)
    this.tombstones.set(entry.guid, { dn: entry.dn, usn: ++this.usn })
    for (const other of this.entries.values()) for (const set of other.links.values()) set.delete(entry)
  }

  move(entry: Entry, rdn: string, parent: string | undefined): void {
    const above = parent ?? parentOf(entry.dn)
    this.find(above)
    const dn = `${rdn},${above}`
    const taken = this.entries.get(foldDn(dn))
    if (taken !== undefined && taken !== entry) throw new Refused(68, `${dn} is there already`)
    this.entries.delete(foldDn(entry.dn))
    entry.dn = dn
    this.entries.set(foldDn(dn), entry)
    this.touch(entry)
    const [named] = parseDn(rdn)?.[0] ?? []
    if (named !== undefined) this.put(entry, named.type, [Buffer.from(named.value)])
  }

  put(entry: Entry, name: string, values: readonly Buffer[]): void {
    const key = name.toLowerCase()
    this.touch(entry)
    if (linked[key] !== undefined) {
      entry.links.set(key, new Set(values.map((value) => this.find(value.toString()))))
    } else if (values.length === 0) entry.attributes.delete(key)
    else entry.attributes.set(key, { name, values: [...values] })
  }

  isLinked(name: string): boolean {
    return linked[name.toLowerCase()] !== undefined
  }

  linksOf(entry: Entry, name: string): Set<Entry> {
    const key = name.toLowerCase()
    const found = entry.links.get(key) ?? new Set()
    entry.links.set(key, found)
    return found
  }

  /** All that it shows, with what is worked out. */
  show(entry: Entry): readonly FakeAttribute[] {
    return [
      ...[...entry.attributes.values()].map(({ name, values }) => ({ name, values })),
      ...[...entry.links].flatMap(([key, set]) =>
        set.size === 0 ? [] : [{ name: linked[key] ?? key, values: [...set].map(({ dn }) => Buffer.from(dn)) }],
      ),
      { name: 'objectGUID', values: [toGuidBytes(entry.guid)] },
      { name: 'uSNChanged', values: [Buffer.from(String(entry.usn))] },
      { name: 'distinguishedName', values: [Buffer.from(entry.dn)] },
    ]
  }

  search({ base, scope, filter }: LdapRequest & { kind: 'search' }): readonly Entry[] {
    if (base === '') return []
    const root = this.find(base)
    const below = scope === 0 ? [root] : scope === 1 ? this.childrenOf(root.dn) : [root, ...this.allBelow(root.dn)]
    return below.filter((entry) => this.matches(entry, filter))
  }

  matches(entry: Entry, filter: FakeFilter): boolean {
    switch (filter.kind) {
      case 'and':
        return filter.filters.every((part) => this.matches(entry, part))
      case 'or':
        return filter.filters.some((part) => this.matches(entry, part))
      case 'not':
        return !this.matches(entry, filter.filter)
      case 'present':
        return /^objectclass$/i.test(filter.name) || entry.attributes.has(filter.name.toLowerCase())
      case 'atLeast':
        // Only of numbers of changes.
        return entry.usn >= Number(filter.value.toString())
      case 'equal': {
        if (/^objectguid$/i.test(filter.name)) return toGuidBytes(entry.guid).equals(filter.value)
        const wanted = fold(filter.value)
        return (entry.attributes.get(filter.name.toLowerCase())?.values ?? []).some((value) => fold(value) === wanted)
      }
    }
  }

  private childrenOf(dn: string): readonly Entry[] {
    const folded = foldDn(dn)
    return [...this.entries.values()].filter((entry) => foldDn(parentOf(entry.dn)) === folded)
  }

  private allBelow(dn: string): readonly Entry[] {
    const end = `,${foldDn(dn)}`
    return [...this.entries.values()].filter((entry) => foldDn(entry.dn).endsWith(end))
  }
}

function fold(value: Buffer): string {
  return value.toString('utf8').trim().toLowerCase()
}

/** The first three groups the wrong way round, as Active Directory stores them. */
export function toGuidBytes(guid: string): Buffer {
  const [a = '', b = '', c = '', d = '', e = ''] = guid.split('-')
  return Buffer.concat([
    Buffer.from(a, 'hex').reverse(),
    Buffer.from(b, 'hex').reverse(),
    Buffer.from(c, 'hex').reverse(),
    Buffer.from(d + e, 'hex'),
  ])
}

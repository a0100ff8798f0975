import type { FakeAttribute, FakeChange, FakeControl, LdapRequest } from './protocol.ts'
import { type Entry, Refused, type Tree } from './tree.ts'

/**
 * What Active Directory does in its own way, emulated from its documentation (MS-ADTS, MS-SAMR): there is none to test against.
 */
export type ActiveDirectory = {
  /** Values that are shown at once, and entries without paging. */
  readonly rangeMax: number
  readonly pageMax: number
  /** Members that one change may carry; real ones refuse between 5,000 and 10,000. */
  readonly membersMax: number
}

const permissive = '1.2.840.113556.1.4.1413'
const disabledBit = 2
const passwordNotRequiredBit = 32

export type Session = { readonly isEncrypted: boolean }

export function add(tree: Tree, request: LdapRequest & { kind: 'add' }, session: Session): void {
  const classes = textsOf(request.attributes, 'objectClass').map((name) => name.toLowerCase())
  const isAccount = classes.includes('user') || classes.includes('group')
  const given = request.attributes.filter(({ name }) => !/^unicodepwd$/i.test(name))
  const password = request.attributes.find(({ name }) => /^unicodepwd$/i.test(name))
  if (isAccount) checkAccountName(tree, textsOf(given, 'sAMAccountName')[0], undefined)
  tree.find(request.dn.slice(request.dn.search(/(?<!\\),/) + 1))
  const entry = tree.insert(request.dn, given)
  try {
    if (password !== undefined) setPassword(entry, password.values[0], session)
    if (!classes.includes('user')) return
    // MS-SAMR §3.1.1.8.1: who says nothing makes a disabled account that needs no password.
    if (!entry.attributes.has('useraccountcontrol')) put(entry, 'userAccountControl', '546')
    checkEnabled(entry)
  } catch (error) {
    tree.remove(entry)
    throw error
  }
}

export function modify(
  tree: Tree,
  request: LdapRequest & { kind: 'modify' },
  about: { readonly session: Session; readonly controls: readonly FakeControl[]; readonly numbers: ActiveDirectory },
): void {
  const entry = tree.find(request.dn)
  const isPermissive = about.controls.some(({ oid }) => oid === permissive)
  const before = new Map([...entry.attributes].map(([key, attribute]) => [key, { ...attribute }]))
  try {
    for (const change of request.changes) applyChange(tree, entry, change, { ...about, isPermissive })
    if (isUser(entry)) checkEnabled(entry)
  } catch (error) {
    // All changes of a request, or none.
    entry.attributes.clear()
    for (const [key, attribute] of before) entry.attributes.set(key, attribute)
    throw error
  }
}

function applyChange(
  tree: Tree,
  entry: Entry,
  change: FakeChange,
  about: { readonly session: Session; readonly numbers: ActiveDirectory; readonly isPermissive: boolean },
): void {
  const key = change.name.toLowerCase()
  if (key === 'unicodepwd') return setPassword(entry, change.values[0], about.session)
  if (key === 'cn' || key === 'name' || key === 'distinguishedname')
    throw new Refused(67, '0000200D: UpdErr: DSID-030F1278, problem 6007 (NOT_ALLOWED_ON_RDN)')
  if (key === 'samaccountname') checkAccountName(tree, change.values[0]?.toString(), entry)
  if (key === 'mail' && /\s/.test(change.values[0]?.toString() ?? ''))
    throw new Refused(
      19,
      '0000207D: AtrErr: DSID-03151A8A, #1: 0: 0000207D: DSID-03151A8A, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 150021 (mail)',
    )
  if (tree.isLinked(key)) return changeLinks(tree, entry, change, about)
  if (change.operation === 'replace') return tree.put(entry, change.name, change.values)
  const values = entry.attributes.get(key)?.values ?? []
  if (change.operation === 'add') {
    const fresh = change.values.filter((value) => !values.some((other) => other.equals(value)))
    if (fresh.length < change.values.length && !about.isPermissive) throw new Refused(20, 'The value is there already')
    return tree.put(entry, change.name, [...values, ...fresh])
  }
  const rest =
    change.values.length === 0 ? [] : values.filter((value) => !change.values.some((one) => one.equals(value)))
  if (rest.length === values.length && !about.isPermissive) throw new Refused(16, 'There is no such value')
  tree.put(entry, change.name, rest)
}

function changeLinks(
  tree: Tree,
  entry: Entry,
  { name, operation, values }: FakeChange,
  { isPermissive, numbers }: { readonly isPermissive: boolean; readonly numbers: ActiveDirectory },
): void {
  if (values.length > numbers.membersMax)
    throw new Refused(11, '00002024: SvcErr: DSID-020A12B0, problem 5008 (ADMIN_LIMIT_EXCEEDED), data -1026')
  const links = tree.linksOf(entry, name)
  const named = values.map((value) => tree.find(value.toString()))
  if (operation === 'replace') links.clear()
  for (const one of named) {
    const has = links.has(one)
    if (operation !== 'delete' && has && !isPermissive)
      throw new Refused(68, '00000562: UpdErr: DSID-031A122A, problem 6005 (ENTRY_EXISTS), data 0')
    if (operation === 'delete' && !has && !isPermissive)
      throw new Refused(53, '00000561: SvcErr: DSID-031A1254, problem 5003 (WILL_NOT_PERFORM), data 0')
    if (operation === 'delete') links.delete(one)
    else links.add(one)
  }
  if (operation === 'delete' && values.length === 0) links.clear()
}

/** MS-SAMR §3.1.1.8.4, MS-ADTS §3.1.1.3.1.5: quoted, UTF-16, and by TLS only. */
function setPassword(entry: Entry, value: Buffer | undefined, { isEncrypted }: Session): void {
  const password = value?.toString('utf16le') ?? ''
  if (!isEncrypted || !/^".{7,}"$/s.test(password))
    throw new Refused(53, '0000001F: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0')
  put(entry, 'unicodePwd', password)
}

/** An account without a password, which must have one, is not enabled. */
function checkEnabled(entry: Entry): void {
  const bits = Number(entry.attributes.get('useraccountcontrol')?.values[0]?.toString() ?? '0')
  const isEnabled = (bits & disabledBit) === 0
  if (isEnabled && (bits & passwordNotRequiredBit) === 0 && !entry.attributes.has('unicodepwd'))
    throw new Refused(53, '0000052D: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0')
}

function checkAccountName(tree: Tree, name: string | undefined, own: Entry | undefined): void {
  if (name === undefined) return
  if (name.length > 20 || /["/\\[\]:;|=,+*?<>]/.test(name))
    throw new Refused(
      19,
      '00000523: AtrErr: DSID-031A11E6, #1: problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att 900dd (sAMAccountName)',
    )
  for (const entry of tree.entries.values()) {
    const taken = entry.attributes.get('samaccountname')?.values[0]?.toString()
    if (entry !== own && taken?.toLowerCase() === name.toLowerCase())
      throw new Refused(68, '00000524: UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS), data 0')
  }
}

/** `member` beyond the limit is shown in pieces, with the piece in its name. */
export function withRanges(
  attributes: readonly FakeAttribute[],
  asked: readonly string[],
  { rangeMax }: ActiveDirectory,
): readonly FakeAttribute[] {
  return attributes.flatMap(({ name, values }): readonly FakeAttribute[] => {
    const wanted = asked
      .map((one) => /^(.+);range=(\d+)-/i.exec(one))
      .find((found) => found?.[1]?.toLowerCase() === name.toLowerCase())
    const from = Number(wanted?.[2] ?? 0)
    if (wanted === undefined && values.length <= rangeMax) return [{ name, values }]
    const piece = values.slice(from, from + rangeMax)
    const isLast = from + piece.length >= values.length
    const range = { name: `${name};range=${from}-${isLast ? '*' : from + piece.length - 1}`, values: piece }
    return wanted === undefined ? [{ name, values: [] }, range] : [range]
  })
}

function isUser(entry: Entry): boolean {
  return (entry.attributes.get('objectclass')?.values ?? []).some((value) => value.toString().toLowerCase() === 'user')
}

function put(entry: Entry, name: string, value: string): void {
  entry.attributes.set(name.toLowerCase(), { name, values: [Buffer.from(value)] })
}

function textsOf(attributes: readonly FakeAttribute[], wanted: string): readonly string[] {
  const found = attributes.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  return (found?.values ?? []).map((value) => value.toString())
}

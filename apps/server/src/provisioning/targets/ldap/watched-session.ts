import type { Json, JsonObject } from '@rollcall/scim'
import { LdapError } from '../../../ldap/ldap-error.ts'
import type { LdapEntry } from '../../../ldap/entry.ts'
import type { LdapFilter } from '../../../ldap/filters.ts'
import type { LdapChange, LdapSearch, LdapSession, LdapValues } from '../../../ldap/session.ts'
import { hidden, isSecretAttribute } from '../../../ldap/secret-attributes.ts'
import type { Exchange } from '../target.ts'

export type Watching = {
  readonly onExchange?: ((exchange: Exchange) => void) | undefined
  /** What would change something is only told. */
  readonly isRehearsal: boolean
}

/** Of an answer: people look at it. */
const entriesShownMax = 5
const valuesShownMax = 20

/** The same session; what passes is told to those who watch. Passwords are masked. */
export function watchSession(session: LdapSession, { onExchange, isRehearsal }: Watching): LdapSession {
  if (onExchange === undefined && !isRehearsal) return session
  const tell = async <Value>(
    request: Pick<Exchange, 'method' | 'path' | 'requestBody'>,
    act: () => Promise<Value>,
    show: (value: Value) => Json = () => null,
  ): Promise<Value> => {
    const startedMs = performance.now()
    const end = (status: number | null, body: Json): void =>
      onExchange?.({
        ...request,
        status,
        responseBody: body === null ? undefined : JSON.stringify(body),
        durationMs: Math.round(performance.now() - startedMs),
      })
    try {
      const value = await act()
      end(0, show(value))
      return value
    } catch (error) {
      end(error instanceof LdapError ? (error.code ?? null) : null, error instanceof Error ? error.message : null)
      throw error
    }
  }
  const change = (
    request: Pick<Exchange, 'method' | 'path' | 'requestBody'>,
    act: () => Promise<void>,
  ): Promise<void> => tell(request, isRehearsal ? () => Promise.resolve() : act)
  return {
    ...session,
    isEncrypted: session.isEncrypted,
    get isOpen() {
      return session.isOpen
    },
    search: (search, signal) => tell(describe(search), () => session.search(search, signal), showEntries),
    add: (dn, attributes, signal) =>
      change({ method: 'ADD', path: dn, requestBody: showAttributes(attributes) }, () =>
        session.add(dn, attributes, signal),
      ),
    modify: (dn, changes, options) =>
      change({ method: 'MODIFY', path: dn, requestBody: { changes: changes.map(showChange) } }, () =>
        session.modify(dn, changes, options),
      ),
    rename: (dn, to, signal) =>
      change({ method: 'MODRDN', path: dn, requestBody: { newRdn: to.rdn, newSuperior: to.parent } }, () =>
        session.rename(dn, to, signal),
      ),
    remove: (dn, signal) =>
      change({ method: 'DELETE', path: dn, requestBody: undefined }, () => session.remove(dn, signal)),
  }
}

function describe({ base, scope, filter }: LdapSearch): Pick<Exchange, 'method' | 'path' | 'requestBody'> {
  return { method: 'SEARCH', path: `${base}?${scope}?${printFilter(filter)}`, requestBody: undefined }
}

function printFilter(filter: LdapFilter): string {
  switch (filter.kind) {
    case 'equal':
      return `(${filter.attribute}=${typeof filter.value === 'string' ? filter.value : filter.value.toString('hex')})`
    case 'present':
      return `(${filter.attribute}=*)`
    case 'all':
      return `(&${filter.filters.map(printFilter).join('')})`
    case 'any':
      return `(|${filter.filters.map(printFilter).join('')})`
    case 'text':
      return filter.text
    default:
      return filter satisfies never
  }
}

function showEntries(entries: readonly LdapEntry[]): Json {
  return entries.slice(0, entriesShownMax).map(({ dn, attributes }) => ({
    dn,
    ...Object.fromEntries([...attributes.values()].map(({ name, values }) => [name, showValues(name, values)])),
  }))
}

function showAttributes(attributes: ReadonlyMap<string, LdapValues>): JsonObject {
  return Object.fromEntries([...attributes].map(([name, values]) => [name, showValues(name, values)]))
}

function showChange({ operation, attribute, values }: LdapChange): JsonObject {
  return { operation, attribute, values: showValues(attribute, values) }
}

function showValues(name: string, values: LdapValues): Json {
  if (isSecretAttribute(name)) return hidden
  const shown = values
    .slice(0, valuesShownMax)
    .map((value) => (typeof value === 'string' ? value : value.toString('base64')))
  return values.length > valuesShownMax ? [...shown, `and ${values.length - valuesShownMax} more`] : shown
}

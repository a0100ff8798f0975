import { AndFilter, EqualityFilter, type Filter, FilterParser, OrFilter, PresenceFilter } from 'ldapts'
import { LdapError } from './ldap-error.ts'

/** A condition on entries. Made of values, never of text that was put together: no value can mean more than itself. */
export type LdapFilter =
  | { readonly kind: 'equal'; readonly attribute: string; readonly value: string | Buffer }
  | { readonly kind: 'present'; readonly attribute: string }
  | { readonly kind: 'all' | 'any'; readonly filters: readonly LdapFilter[] }
  /** As an administrator wrote it (RFC 4515). */
  | { readonly kind: 'text'; readonly text: string }

/** Throws LdapError where a text is no filter. */
export function toWireFilter(filter: LdapFilter): Filter {
  switch (filter.kind) {
    case 'equal':
      return new EqualityFilter({ attribute: filter.attribute, value: filter.value })
    case 'present':
      return new PresenceFilter({ attribute: filter.attribute })
    case 'all':
      return new AndFilter({ filters: filter.filters.map(toWireFilter) })
    case 'any':
      return new OrFilter({ filters: filter.filters.map(toWireFilter) })
    case 'text':
      return parseText(filter.text)
    default:
      return filter satisfies never
  }
}

function parseText(text: string): Filter {
  try {
    return FilterParser.parseString(text)
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    throw new LdapError('malformed', `"${text.slice(0, 200)}" is no LDAP filter: ${said}`, { cause })
  }
}

/** Where an LDAP server is, how it is reached, and who we are there. */
export type LdapServer = {
  /** `ldaps://host`, or `ldap://host` with `startTls`, or without it where the operator allowed the address. */
  readonly url: string
  /** On a connection that began without, TLS is asked for before anything else is said. */
  readonly startTls: boolean
  /** Authorities (PEM) besides those of the system. */
  readonly ca?: string | undefined
  /** Null: nobody in particular. */
  readonly bind: { readonly dn: string; readonly password: string } | null
}

/** The address of a server, taken apart. */
export type LdapAddress = { readonly host: string; readonly port: number; readonly isTls: boolean }

/** Undefined for what is no address of an LDAP server: only host and port belong in it. */
export function parseLdapUrl(text: string): LdapAddress | undefined {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'ldap:' && url.protocol !== 'ldaps:')) return undefined
  const isBare = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!isBare || url.hostname === '' || !/^\/?$/.test(url.pathname)) return undefined
  const isTls = url.protocol === 'ldaps:'
  const port = url.port === '' ? (isTls ? 636 : 389) : Number(url.port)
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port, isTls }
}

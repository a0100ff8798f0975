/** An absolute address, cut into what is needed to build others and to recognise paths. Nothing ends in a slash. */
export type PublicUrl = {
  readonly href: string
  readonly origin: string
  /** '' or '/rollcall'. */
  readonly basePath: string
}

export function parsePublicUrl(text: string): PublicUrl {
  const { origin, pathname } = new URL(text)
  const basePath = pathname.replace(/\/+$/, '')
  return { href: origin + basePath, origin, basePath }
}

/** What stands in for the public address when none is set: where we listen, never what a client's Host header says. */
export function listeningUrl(options: {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
}): PublicUrl {
  const isWildcard = options.host === '0.0.0.0' || options.host === '::'
  const host = isWildcard ? 'localhost' : options.host.includes(':') ? `[${options.host}]` : options.host
  return parsePublicUrl(`${options.isTls ? 'https' : 'http'}://${host}:${options.port}`)
}

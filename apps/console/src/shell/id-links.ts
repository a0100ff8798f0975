import type { LinkProps } from '@tanstack/react-router'

type IdLink = (organization: string, id: string) => LinkProps

/** Where an id of ours leads that somebody has pasted, by its prefix. One line a noun that has a page. */
const idLinks: ReadonlyMap<string, IdLink> = new Map<string, IdLink>([
  ['usr', (organization, user) => ({ to: '/$organization/users/$user', params: { organization, user } })],
  [
    'con',
    (organization, connection) => ({
      to: '/$organization/connections/$connection',
      params: { organization, connection },
    }),
  ],
  ['app', (organization, app) => ({ to: '/$organization/apps/$app', params: { organization, app } })],
  ['run', (organization, open) => ({ to: '/$organization/runs', params: { organization }, search: { open } })],
  ['ghold', (organization, open) => ({ to: '/$organization/quarantine', params: { organization }, search: { open } })],
  ['plog', (organization, open) => ({ to: '/$organization/logs', params: { organization }, search: { open } })],
  ['aud', (organization, open) => ({ to: '/$organization/audit', params: { organization }, search: { open } })],
  ['role', (organization, role) => ({ to: '/$organization/roles/$role', params: { organization, role } })],
  ['hold', (organization, hold) => ({ to: '/$organization/holds/$hold', params: { organization, hold } })],
  ['req', (organization, request) => ({ to: '/$organization/requests/$request', params: { organization, request } })],
  ['ast', (organization, stream) => ({ to: '/$organization/log-streams/$stream', params: { organization, stream } })],
  ['evs', (organization, stream) => ({ to: '/$organization/event-streams/$stream', params: { organization, stream } })],
  [
    'trm',
    (organization, transmitter) => ({
      to: '/$organization/transmitters/$transmitter',
      params: { organization, transmitter },
    }),
  ],
  [
    'idp',
    (organization, provider) => ({ to: '/$organization/single-sign-on/$provider', params: { organization, provider } }),
  ],
  ['whk', (organization, webhook) => ({ to: '/$organization/webhooks/$webhook', params: { organization, webhook } })],
  ['src', (organization, source) => ({ to: '/$organization/sources/$source', params: { organization, source } })],
  ['srd', (organization, read) => ({ to: '/$organization/source-reads/$read', params: { organization, read } })],
])

/** The page of what an id names; undefined when it is none, or names something without a page. */
export function linkOfId(organization: string, text: string): LinkProps | undefined {
  const [, prefix] = /^([a-z]+)_[0-9a-hjkmnp-tv-z]{26}$/.exec(text.trim()) ?? []
  return prefix === undefined ? undefined : idLinks.get(prefix)?.(organization, text.trim())
}

import type { LinkProps } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import type { Permission } from '../api/session.ts'
import { HoldsBadge } from '../holds/holds-badge.tsx'
import type { IconName } from '../ui/icons.tsx'

export const groupNames = ['home', 'directory', 'provisioning', 'access', 'events', 'settings', 'instance'] as const

export type NavigationEntry = {
  /** Its word in the rail is `nav.<name>` of the catalogue `common`. */
  readonly name: string
  readonly group: (typeof groupNames)[number]
  /** Path of the route, such as `/$organization/users`. */
  readonly to: NonNullable<LinkProps['to']>
  readonly icon: IconName
  /** After G it leads there: one letter. */
  readonly key?: string
  /** Whoever lacks all of these does not see the entry. */
  readonly needs: readonly Permission[]
  /** A number beside the word; shows nothing when there is nothing to say. */
  readonly badge?: ComponentType
}

/** The rail, in its order. An entry appears here with the route that it leads to. */
export const navigation: readonly NavigationEntry[] = [
  { name: 'overview', group: 'home', to: '/$organization/overview', icon: 'overview', key: 'o', needs: [] },
  { name: 'users', group: 'directory', to: '/$organization/users', icon: 'users', key: 'u', needs: ['people:read'] },
  {
    name: 'holds',
    group: 'access',
    to: '/$organization/holds',
    icon: 'pause',
    key: 'h',
    needs: ['log:read'],
    badge: HoldsBadge,
  },
  {
    name: 'connections',
    group: 'access',
    to: '/$organization/connections',
    icon: 'connections',
    key: 'c',
    needs: ['connections:read'],
  },
  { name: 'signIn', group: 'access', to: '/$organization/single-sign-on', icon: 'signIn', needs: ['sign-in:read'] },
  {
    name: 'setupLinks',
    group: 'access',
    to: '/$organization/setup-links',
    icon: 'link',
    needs: ['connections:read'],
  },
  { name: 'requests', group: 'events', to: '/$organization/requests', icon: 'requests', key: 'i', needs: ['log:read'] },
  {
    name: 'serviceAccounts',
    group: 'access',
    to: '/$organization/service-accounts',
    icon: 'serviceAccounts',
    needs: ['keys:read'],
  },
  { name: 'roles', group: 'access', to: '/$organization/roles', icon: 'roles', needs: ['roles:read'] },
  {
    name: 'sessions',
    group: 'access',
    to: '/$organization/sessions',
    icon: 'clock',
    needs: ['sign-in:read'],
  },
  { name: 'audit', group: 'events', to: '/$organization/audit', icon: 'audit', key: 'e', needs: ['audit:read'] },
  {
    name: 'webhooks',
    group: 'events',
    to: '/$organization/webhooks',
    icon: 'webhooks',
    key: 'w',
    needs: ['webhooks:read'],
  },
  { name: 'streams', group: 'events', to: '/$organization/log-streams', icon: 'streams', needs: ['audit:read'] },
  {
    name: 'securityEvents',
    group: 'events',
    to: '/$organization/event-streams',
    icon: 'health',
    needs: ['signals:read'],
  },
  { name: 'teams', group: 'directory', to: '/$organization/teams', icon: 'teams', key: 't', needs: ['teams:read'] },
  {
    name: 'attributes',
    group: 'directory',
    to: '/$organization/attributes',
    icon: 'attributes',
    needs: ['sources:read'],
  },
  {
    name: 'sources',
    group: 'directory',
    to: '/$organization/sources',
    icon: 'sources',
    key: 's',
    needs: ['sources:read'],
  },
  {
    name: 'upcoming',
    group: 'directory',
    to: '/$organization/upcoming',
    icon: 'calendar',
    needs: ['sources:read'],
  },
  { name: 'apps', group: 'provisioning', to: '/$organization/apps', icon: 'apps', key: 'a', needs: ['apps:read'] },
  { name: 'runs', group: 'provisioning', to: '/$organization/runs', icon: 'runs', key: 'r', needs: ['apps:read'] },
  { name: 'logs', group: 'provisioning', to: '/$organization/logs', icon: 'logs', key: 'l', needs: ['apps:read'] },
  {
    name: 'quarantine',
    group: 'provisioning',
    to: '/$organization/quarantine',
    icon: 'quarantine',
    key: 'q',
    needs: ['apps:read'],
  },
  { name: 'settings', group: 'settings', to: '/$organization/settings', icon: 'settings', needs: ['settings:read'] },
  {
    name: 'organizations',
    group: 'instance',
    to: '/$organization/instance/organizations',
    icon: 'organization',
    needs: ['instance'],
  },
  { name: 'operators', group: 'instance', to: '/$organization/instance/operators', icon: 'lock', needs: ['instance'] },
  { name: 'jobs', group: 'instance', to: '/$organization/instance/jobs', icon: 'runs', needs: ['instance'] },
  { name: 'health', group: 'instance', to: '/$organization/instance/health', icon: 'health', needs: ['instance'] },
  {
    name: 'import',
    group: 'settings',
    to: '/$organization/import',
    icon: 'upload',
    needs: ['people:manage', 'sources:manage'],
  },
  { name: 'mails', group: 'settings', to: '/$organization/mails', icon: 'mail', needs: ['mail:read'] },
]

export function isPermitted({ needs }: Pick<NavigationEntry, 'needs'>, permissions: ReadonlySet<string>): boolean {
  return needs.length === 0 || needs.some((name) => permissions.has(name))
}

export function firstPermitted(permissions: ReadonlySet<string>): NavigationEntry | undefined {
  return navigation.find((entry) => isPermitted(entry, permissions))
}

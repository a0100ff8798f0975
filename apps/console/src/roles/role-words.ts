import { permissionNames } from '@rollcall/admin-api/names'
import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'

export type Role = EntryOf<'listRoles'>

/** What a role can be made of. */
export type Permission = (typeof permissionNames)[number]

export type Area = { readonly name: string; readonly permissions: readonly Permission[] }

/** Permissions by what they are about, in the order of the table. */
export const areas: readonly Area[] = toAreas()

function toAreas(): readonly Area[] {
  const byName = new Map<string, Permission[]>()
  for (const permission of permissionNames) {
    const [area = permission] = permission.split(':')
    byName.set(area, [...(byName.get(area) ?? []), permission])
  }
  return [...byName].map(([name, permissions]) => ({ name, permissions }))
}

// Roles of every organization have words here; those of an organization have its own.
const builtInKeys: ReadonlyMap<string, string> = new Map([
  ['owner', 'owner'],
  ['admin', 'admin'],
  ['team maintainer', 'teamMaintainer'],
  ['auditor', 'auditor'],
  ['member', 'member'],
  ['guest', 'guest'],
  ['billing manager', 'billingManager'],
])

function toKey(area: string): string {
  return area === 'sign-in' ? 'signIn' : area
}

type Words = {
  /** Of a built-in role in the language of the page. */
  name(role: { readonly name: string; readonly isBuiltIn?: boolean }): string
  description(role: Pick<Role, 'name' | 'description' | 'isBuiltIn'>): string
  area(name: string): string
  permission(name: string): string
}

export function useRoleWords(): Words {
  const { t } = useTranslation('roles')
  return {
    name: ({ name, isBuiltIn = true }) => {
      const key = isBuiltIn ? builtInKeys.get(name) : undefined
      return key === undefined ? name : t(`builtIn.${key}.name`)
    },
    description: ({ name, description, isBuiltIn }) => {
      const key = isBuiltIn ? builtInKeys.get(name) : undefined
      return key === undefined ? description : t(`builtIn.${key}.text`)
    },
    area: (name) => t(`area.${toKey(name)}`, { defaultValue: name }),
    permission: (name) => {
      const [area = '', act = ''] = name.split(':')
      return t(`permission.${toKey(area)}.${act}`, { defaultValue: name })
    },
  }
}

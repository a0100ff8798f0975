import { explainJustInTime, type JustInTime } from '../../../sign-in/just-in-time.ts'
import { idOrNull } from '../views.ts'
import type { ProviderPlace } from './identity-providers.ts'

export function viewJustInTime({ enabled, role }: JustInTime, place: Pick<ProviderPlace, 'isScimOn' | 'roleNames'>) {
  const name = role === null ? null : (place.roleNames.get(role) ?? null)
  return {
    enabled,
    role: name,
    roleId: idOrNull('role', name === null ? null : role),
    ...explainJustInTime({ enabled }, place.isScimOn),
  }
}

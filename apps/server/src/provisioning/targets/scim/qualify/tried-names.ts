import type { ObjectKind } from '../../../object.ts'

type Naming = { readonly tag: string; readonly domain: string }

/** The two accounts that are made for a trial. */
export type Letter = 'a' | 'b'

export function accountName({ tag, domain }: Naming, letter: Letter): string {
  return `rollcall-check-${tag}-${letter}@${domain}`
}

export function groupName({ tag }: Naming): string {
  return `Rollcall check ${tag}`
}

/** The names of all that a trial makes. */
export function triedNames(naming: Naming): readonly { readonly kind: ObjectKind; readonly name: string }[] {
  return [
    { kind: 'team', name: groupName(naming) },
    { kind: 'user', name: accountName(naming, 'a') },
    { kind: 'user', name: accountName(naming, 'b') },
  ]
}

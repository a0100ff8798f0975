import { foldCase } from '@rollcall/scim'
import { domainToASCII } from 'node:url'
import { listOrganizations } from '../access/organizations.ts'
import { selectOrganizationsOfDomain } from '../db/queries/sign-in.ts'
import type { Queryable } from '../db/pool.ts'

/** The organizations that an address may belong to, by their verified domains; with one organization in all, that one. */
export async function discoverOrganizations(
  db: Queryable,
  email: string,
): Promise<readonly { readonly slug: string; readonly name: string }[]> {
  const domain = domainOf(email)
  const found = domain === '' ? [] : await selectOrganizationsOfDomain(db, domain)
  if (found.length > 0) return found
  const { data } = await listOrganizations(db, { limit: 2 })
  return data.length === 1 ? data : []
}

/** The part behind the @ as DNS has it; empty when there is none. */
export function domainOf(email: string): string {
  return email.includes('@') ? domainToASCII(foldCase(email.trim().split('@').at(-1) ?? '')) : ''
}

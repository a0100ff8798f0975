import type { styleNames } from '@rollcall/admin-api/names'

/** The name of a style as the catalogues have it: keys have no hyphens. */
export function styleWord(style: (typeof styleNames)[number]): string {
  return style === 'github-org' ? 'githubOrg' : style
}

import { z } from 'zod'

/** An address of a source. Credentials in it would stand in lists, logs and errors: they have a place of their own. */
export function sourceUrl({ protocol = /^https?$/, instead = 'credentials' }: SourceUrlOptions = {}) {
  return z
    .url({ protocol })
    .max(2_000)
    .refine((text) => !hasCredentials(text), {
      message: `No user name and password in the address: put them into \`${instead}\``,
    })
}

type SourceUrlOptions = { readonly protocol?: RegExp; readonly instead?: string }

function hasCredentials(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.username !== '' || url.password !== '')
}

import type { Listing } from './formats.ts'

/** A page of the API as the command line prints it. */
export function toListing(page: {
  readonly data: readonly object[]
  readonly nextCursor: string | null
  readonly total?: number | undefined
}): Listing {
  return {
    // Answers are JSON objects by their schemas.
    data: page.data as Listing['data'],
    nextCursor: page.nextCursor,
    ...(page.total !== undefined && { total: page.total }),
  }
}

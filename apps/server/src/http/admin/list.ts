import { toPage, type Page, type PageOf } from '../../access/call.ts'
import type { CallContext } from './call-context.ts'
import { openCursor, sealCursor, type CursorScope } from './cursor.ts'

/** The query of a list, as the schemas check it. */
export type ListQuery = {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly total?: boolean | undefined
}

export type ListAnswer<View> = { data: View[]; nextCursor: string | null; hasMore: boolean; total?: number }

type ListWork<Row, View> = {
  readonly route: string
  readonly query: ListQuery
  read(page: { readonly limit: number; readonly after: string | undefined }): Promise<Page<Row>>
  /** Asked only when the client wants the total. */
  count(): Promise<number>
  view(row: Row): View
}

/** Every list is read the same way: the cursor is opened, one page read, the next cursor sealed. */
export async function answerList<Row, View>(
  context: CallContext,
  work: ListWork<Row, View>,
): Promise<{ readonly body: ListAnswer<View> }> {
  const { limit, cursor, total, ...filters } = work.query
  const scope: CursorScope = { route: work.route, organizationId: context.organization.id, filters }
  const { encryption } = context.parts
  const after = cursor === undefined ? undefined : openCursor(encryption, scope, cursor)
  const page = await work.read({ limit, after })
  return {
    body: {
      data: page.data.map((row) => work.view(row)),
      nextCursor: page.next === undefined ? null : sealCursor(encryption, scope, page.next),
      hasMore: page.next !== undefined,
      ...(total === true && { total: await work.count() }),
    },
  }
}

/** A page of what stands in the code. */
export function readTable<Row>(all: readonly Row[], { limit, after }: PageOf, keyOf: (row: Row) => string): Page<Row> {
  const start = after === undefined ? 0 : all.findIndex((row) => keyOf(row) === after) + 1
  return toPage(all.slice(start), limit, keyOf)
}

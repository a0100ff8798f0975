import { apiError } from '@rollcall/admin-api'
import { AccessError } from '../../access/access-error.ts'

/** A thing that the body names and that is not there: 404 like one in the path, with a pointer to the field. */
export async function namingFields<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AccessError) || error.status !== 404) throw error
    const pointer = error.field === undefined ? pointers.get(error.code) : `/${error.field}`
    if (pointer === undefined) throw error
    const errors = [{ in: 'body', pointer, code: error.code, detail: error.message }] as const
    throw apiError('notFound', error.message, { errors, cause: error })
  }
}

const pointers: ReadonlyMap<string, string> = new Map([['connectionNotFound', '/connection']])

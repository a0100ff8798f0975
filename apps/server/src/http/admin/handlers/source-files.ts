import type { RouteAnswer } from '@rollcall/admin-api'
import {
  addPart,
  beginFile,
  completeUpload,
  countOwnFiles,
  listFiles,
  type SourceFile,
} from '../../../sources/files.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { nameSource } from './sources.ts'

type FileRoute = 'listSourceFiles' | 'uploadSourceFile' | 'beginSourceFile' | 'addSourceFilePart' | 'completeSourceFile'

export const sourceFileHandlers: Handlers<FileRoute> = {
  listSourceFiles: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    return answerList(context, {
      route: `listSourceFiles ${name.sourceId}`,
      query,
      read: (page) => listFiles(database, name, page),
      count: () => countOwnFiles(database, name),
      view: viewFile,
    })
  },

  uploadSourceFile: async (context, { params, query }) => {
    const { call, bytes, parts } = context
    const file = await beginFile(parts.database, call, { ...nameSource(context, params), name: query.name })
    await addPart(parts, file, { fromByte: 0, bytes, now: call.now })
    return { body: viewFile(await completeUpload(parts, call, { ...file, bytes: bytes.byteLength })) }
  },

  beginSourceFile: async (context, { params, body }) => {
    const file = await beginFile(context.parts.database, context.call, { ...nameSource(context, params), ...body })
    return { body: { id: formatTypeId('sfl', file.fileId), nextByte: 0 } }
  },

  addSourceFilePart: async (context, { params, query }) => {
    const part = { fromByte: query.fromByte, bytes: context.bytes, now: context.call.now }
    return { body: { nextByte: await addPart(context.parts, nameFile(context, params), part) } }
  },

  completeSourceFile: async (context, { params, body }) => {
    const request = { ...nameFile(context, params), ...body }
    return { body: viewFile(await completeUpload(context.parts, context.call, request)) }
  },
}

function nameFile({ organization }: CallContext, params: { readonly sourceFile: string }) {
  return { organizationId: organization.id, fileId: toUuid('sfl', params.sourceFile) }
}

function viewFile(row: SourceFile): RouteAnswer<'completeSourceFile'> {
  const { name, bytes, sha256, uploadedBy } = row
  return { id: formatTypeId('sfl', row.id), name, bytes, sha256, uploadedBy, uploadedAt: row.uploadedAt.toISOString() }
}

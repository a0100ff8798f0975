import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const fileName = z.string().trim().min(1).max(255).describe('For people; the content says what it is')
const bytes = z.int().min(0)

const sourceFile = z
  .object({
    id: idOf('sourceFile'),
    name: z.string(),
    bytes,
    sha256: z.string(),
    uploadedBy: z.string(),
    uploadedAt: instant,
  })
  .meta({ id: 'SourceFile' })

const onFile = inOrganization.extend({ sourceFile: idOf('sourceFile') })
const filePath = '/api/v1/organizations/{organization}/source-files/{sourceFile}' as const
const all = { tag: 'Source files', params: onFile, query: none, scope: 'sources:run' } as const

export const sourceFileRoutes = {
  listSourceFiles: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/files`,
    summary: 'Files that were uploaded for a source, newest first; the last five are kept',
    scope: 'sources:read',
    params: onSource,
    query: z.object(pageQuery),
    body: null,
    status: 200,
    answer: pageOf(sourceFile, 'SourceFilePage'),
    errors: ['invalidCursor'],
  },
  uploadSourceFile: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/files`,
    summary: 'Upload a file of at most 8 MiB in one request; larger ones come in parts',
    params: onSource,
    query: z.object({ name: fileName.default('upload') }),
    body: null,
    takesBytes: true,
    status: 201,
    answer: sourceFile,
    errors: ['conflict'],
  },
  beginSourceFile: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/uploads`,
    summary: 'Begin a file that comes in parts; after six hours what came of it is forgotten',
    params: onSource,
    body: z.strictObject({ name: fileName }).meta({ id: 'SourceFileBegin' }),
    status: 201,
    answer: z.object({ id: idOf('sourceFile'), nextByte: bytes }).meta({ id: 'SourceFileBegun' }),
    errors: ['conflict'],
  },
  addSourceFilePart: {
    ...all,
    method: 'POST',
    path: `${filePath}/parts`,
    summary: 'Send the next part of a file, as it is; one that came already is passed over',
    query: z.object({ fromByte: z.coerce.number().int().min(0).describe('Where the part begins in the file') }),
    body: null,
    takesBytes: true,
    status: 200,
    answer: z.object({ nextByte: bytes.describe('Where the next part begins') }).meta({ id: 'SourceFilePart' }),
    errors: ['conflict'],
  },
  completeSourceFile: {
    ...all,
    method: 'POST',
    path: `${filePath}/complete`,
    summary: 'Say that all parts of a file were sent',
    body: z
      .strictObject({
        bytes: bytes.describe('How many there are: an upload that was cut off is none'),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
      })
      .meta({ id: 'SourceFileComplete' }),
    status: 200,
    answer: sourceFile,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>

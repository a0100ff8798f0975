import { call } from '../api/call.ts'

/** Small enough to show how far it is, and far below the 8 MiB that a request may have. */
const partBytes = 1024 * 1024

type Upload = {
  readonly organization: string
  readonly source: string
  readonly file: File
  readonly signal: AbortSignal
  onProgress(sentBytes: number): void
}

/** Sends a file in parts; answers its id. A part that did not arrive fails the whole: nothing half is ever read. */
export async function uploadFile({ organization, source, file, signal, onProgress }: Upload): Promise<string> {
  const body = { name: file.name }
  const { id } = await call('beginSourceFile', { params: { organization, source }, body }, { signal })
  const params = { organization, sourceFile: id }
  for (let fromByte = 0; fromByte < file.size; fromByte += partBytes) {
    const bytes = new Uint8Array(await file.slice(fromByte, fromByte + partBytes).arrayBuffer())
    await call('addSourceFilePart', { params, query: { fromByte }, bytes }, { signal })
    onProgress(fromByte + bytes.byteLength)
  }
  await call('completeSourceFile', { params, body: { bytes: file.size } }, { signal })
  return id
}

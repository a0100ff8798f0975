/** A file as a reader of files sees it, wherever it lies. */
export type SourceFile = {
  /** For people: a name, an address without its secrets. */
  readonly name: string
  readonly sizeBytes: number | undefined
  /** The same only for the same content: a read that broke off goes on only then; undefined: never. */
  readonly identity: string | undefined
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Where files come from: an upload, a folder that is watched, an address. */
export type FilePlace = {
  /** What there is to read now; `unchanged`: nothing since the file of this identity. Throws SourceError. */
  open(request: { readonly known: string | undefined; readonly signal: AbortSignal }): Promise<SourceFile | 'unchanged'>
}

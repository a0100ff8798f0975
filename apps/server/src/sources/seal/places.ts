/** Where a piece of an uploaded file stands, for sealing it. */
export function placeOfPiece(piece: {
  readonly organizationId: string
  readonly fileId: string
  readonly startByte: number
}): string {
  return `source_file_pieces/${piece.organizationId}/${piece.fileId}/${piece.startByte}`
}

/** Likewise of the pages of a batch. */
export function placeOfBatch(batch: { readonly organizationId: string; readonly batchId: string }): string {
  return `source_batch_pages/${batch.organizationId}/${batch.batchId}`
}

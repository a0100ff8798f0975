import { once } from 'node:events'

/** To stdout. A reader that is slower than the server must not make this process hold everything. */
export async function pour(stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const piece of stream) if (!process.stdout.write(piece)) await once(process.stdout, 'drain')
}

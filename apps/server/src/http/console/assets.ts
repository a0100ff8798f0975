import { existsSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** One file of the console that may be sent: those of Vite's manifest and of its public folder, and no other. */
type Asset = {
  readonly path: string
  readonly type: string
  /** Its name changes with its content, so it may be kept for ever. */
  readonly isHashed: boolean
  readonly etag: string
  readonly encodings: readonly Encoding[]
}

type Encoding = 'br' | 'gzip'

/** What scripts/build-console.mjs writes. */
type Build = { readonly fingerprint: string; readonly page: string; readonly assets: readonly Asset[] }

export type ConsoleFiles = {
  /** The page, with places for nonce, language and base address. */
  readonly page: string
  readonly fingerprint: string
  answer(request: Request, path: string): Promise<Response> | undefined
}

const suffixes = { br: '.br', gzip: '.gz' } as const
const yearSeconds = 31_536_000

const builtFolder = fileURLToPath(new URL('../../../../console/dist/', import.meta.url))

/** The console as it was built; undefined: it was not. */
export function readConsole(folder = builtFolder): ConsoleFiles | undefined {
  const list = `${folder}assets.json`
  if (!existsSync(list)) return undefined
  // Our own build wrote it.
  const build = JSON.parse(readFileSync(list, 'utf8')) as Build
  // The path of a request is looked up here and never becomes part of a file's name.
  const assets = new Map(build.assets.map((asset) => [`/${asset.path}`, asset]))
  return {
    page: build.page,
    fingerprint: build.fingerprint,
    answer: (request, path) => {
      const asset = assets.get(path)
      return asset === undefined ? undefined : send(request, folder + asset.path, asset)
    },
  }
}

async function send(request: Request, file: string, asset: Asset): Promise<Response> {
  const encoding = chooseEncoding(request.headers.get('accept-encoding'), asset.encodings)
  const headers = new Headers({
    'content-type': asset.type,
    'cache-control': asset.isHashed ? `public, max-age=${yearSeconds}, immutable` : 'no-cache',
    'x-content-type-options': 'nosniff',
    etag: `"${asset.etag}${encoding === undefined ? '' : `-${encoding}`}"`,
    vary: 'accept-encoding',
  })
  if (request.headers.get('if-none-match') === headers.get('etag')) return new Response(null, { status: 304, headers })
  if (encoding !== undefined) headers.set('content-encoding', encoding)
  const bytes = await readFile(encoding === undefined ? file : file + suffixes[encoding])
  headers.set('content-length', String(bytes.length))
  return new Response(request.method === 'HEAD' ? null : bytes, { headers })
}

/** The smallest that both know; browsers send no weights but `q=0` for what they refuse. */
function chooseEncoding(accepted: string | null, made: readonly Encoding[]): Encoding | undefined {
  const parts = (accepted ?? '').toLowerCase().split(',')
  const names = new Set(
    parts
      .map((part) => part.split(';').map((each) => each.trim()))
      .filter(([, quality]) => quality === undefined || !/^q=0(?:\.0*)?$/.test(quality))
      .map(([name]) => name),
  )
  return made.find((encoding) => names.has(encoding))
}

import { encodeQR } from 'qr'
import { escapeHtml } from '../../escape-html.ts'

const quietModules = 4
const pixelsOfModule = 5

/** The dark modules of a QR code as a path of SVG, in a square of `size` modules with the edge that readers need. */
export function toQrCodePath(text: string): { readonly size: number; readonly path: string } {
  const modules = encodeQR(text, 'raw', { ecc: 'medium', border: quietModules })
  const path = modules.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
  return { size: modules.length, path }
}

/** A QR code that the page's policy allows: one inline picture without styles or scripts, black on white in the dark too. */
export function toQrCodeSvg(text: string, label: string): string {
  const { size, path } = toQrCodePath(text)
  const pixels = size * pixelsOfModule
  return `<svg role="img" aria-label="${escapeHtml(label)}" xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`
}

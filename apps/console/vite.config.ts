import react from '@vitejs/plugin-react'
import { routes } from '@rollcall/admin-api'
import { fileURLToPath } from 'node:url'
import type { InlineConfig, Plugin } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

/**
 * What the console needs of the route table at run time: method, path, permission. The table itself would bring every schema
 * and Zod with them into the browser.
 */
function routeTable(): Plugin {
  const name = 'virtual:routes'
  const table = Object.entries(routes).map(([id, { method, path, scope }]) => [id, [method, path, scope]])
  return {
    name: 'rollcall:route-table',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}` ? `export const routeTable = ${JSON.stringify(Object.fromEntries(table))}` : undefined,
  }
}

/** The one configuration: `scripts/build-console.mjs` builds with it, `npm run dev` in this folder serves with it. */
export function consoleConfig(outDir: string): InlineConfig {
  return {
    root,
    configFile: false,
    // One build works under any path: what is loaded stands relative to what loads it, the page to its <base>.
    base: './',
    logLevel: 'warn',
    resolve: { conditions: ['@rollcall/source', 'module', 'browser', 'production'] },
    plugins: [react(), routeTable()],
    html: { cspNonce: 'ROLLCALL_NONCE' },
    build: {
      outDir,
      emptyOutDir: true,
      manifest: 'manifest.json',
      target: 'es2022',
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      modulePreload: { polyfill: false },
    },
  }
}

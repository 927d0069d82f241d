import { defineConfig } from 'vite'
import { compression } from 'vite-plugin-compression2'

const { API_URL = 'http://127.0.0.1:8080', ADMIN_URL = 'http://127.0.0.1:8081' } = process.env

/** The configuration of both pages; `src/shop` and `src/console` are the roots of a build each. */
export default defineConfig({
  build: {
    // A page's policy takes no data: address.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  // The API sends what is compressed here: brotli at its best takes half a second, which a process that starts has not.
  plugins: [compression()],
  server: {
    proxy: { '/api': API_URL, '/admin': ADMIN_URL },
  },
})

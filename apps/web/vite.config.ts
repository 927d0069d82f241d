import { defineConfig } from 'vite'

const { API_URL = 'http://127.0.0.1:8080', ADMIN_URL = 'http://127.0.0.1:8081' } = process.env

/** The configuration of both pages; `src/shop` and `src/console` are the roots of a build each. */
export default defineConfig({
  build: {
    // A page's policy takes no data: address.
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/api': API_URL, '/admin': ADMIN_URL },
  },
})

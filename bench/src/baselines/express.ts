// The servers that the HTTP figures are compared with: Express as its documentation begins. Prints its port.
import type { AddressInfo } from 'node:net'
import express from 'express'

const app = express()
// The sale's answers have no ETag.
app.disable('etag')
if (process.argv[2] === 'echo') {
  app.use(express.json())
  app.post('/{*path}', (request, response) => {
    response.json(request.body)
  })
} else {
  app.get('/', (_request, response) => {
    response.send('hello')
  })
}

const server = app.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port)
})
// The benchmark that started this process has ended.
process.on('disconnect', () => process.exit(1))

import type { NewCertificate } from 'seckill-store/mysql'

/** A certificate for tests that are not about what it says. */
export const anyCertificate: NewCertificate = {
  text: '{}\n',
  jws: 'a.b.c',
  head: { issuedAt: 1, size: 0, root: 'r' },
}

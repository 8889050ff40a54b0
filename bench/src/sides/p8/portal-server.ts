import { startPortal } from '@micro/rest-portal'
import { openService } from '../../account/open-service.ts'
import type { Served } from './load-side.ts'

/** Everything as it comes, but for the limit of requests from one address. */
export async function portalServer(): Promise<Served> {
  const micro = await openService()
  const portal = await startPortal({ micro, port: 0, rateLimit: false })
  return {
    url: `${portal.url}/commands/deposit-money`,
    close: async () => {
      await portal.close()
      await micro.stop()
    },
  }
}

import { type Micro, MicroError } from '@micro/core'
import type { FastifyInstance } from 'fastify'

/** Whether the process answers, and whether it may be sent requests. Why it may not is for its logs. */
export function addHealthRoutes(app: FastifyInstance, micro: Pick<Micro, 'health'>, isClosing: () => boolean): void {
  app.get('/health/live', async () => ({ status: 'live' }))
  app.get('/health/ready', async () => {
    const { isReady, problems } = micro.health()
    if (isClosing() || !isReady) throw new MicroError('MICRO_UNAVAILABLE', `not ready: ${problems.join(' ')}`)
    return { status: 'ready' }
  })
}

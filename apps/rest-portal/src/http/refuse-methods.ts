import type { FastifyInstance } from 'fastify'
import { pathOf } from './check-request.ts'
import { refusal } from '../errors/refusal.ts'

/** Answers whatever no route takes: 405 with `Allow` where another method would have been right, otherwise 404. */
export function refuseTheRest(app: FastifyInstance): void {
  const routes: { readonly path: RegExp; readonly method: string }[] = []
  app.addHook('onRoute', ({ method, url }) => {
    const path = new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`)
    for (const each of [method].flat()) routes.push({ path, method: each })
  })
  const hooks = app.hasDecorator('rateLimit') ? { preHandler: app.rateLimit() } : {}
  app.setNotFoundHandler(hooks, ({ raw }) => {
    const path = pathOf(raw.url ?? '')
    const allowed = new Set(routes.filter((route) => route.path.test(path)).map(({ method }) => method))
    if (allowed.size === 0) throw refusal('MICRO_NOT_FOUND', 'There is nothing at this address.')
    const allow = [...allowed].toSorted().join(', ')
    throw refusal('MICRO_NOT_SUPPORTED', `This address takes ${allow} only.`, { status: 405, headers: { allow } })
  })
}

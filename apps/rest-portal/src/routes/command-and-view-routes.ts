import type { Micro } from '@micro/core'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callAction } from '../actions/call-action.ts'
import type { Directory } from '../actions/directory.ts'
import type { ExposedAction } from '../actions/exposed-action.ts'
import { findAction } from '../actions/find-action.ts'
import type { FaultLog } from '../errors/log-faults.ts'
import { queryOf } from '../http/check-request.ts'
import { readQuery } from '../query/read-query.ts'

export interface ActionRoutesOptions {
  readonly micro: Micro
  readonly directory: Directory
  readonly faults: FaultLog
  readonly timeoutMs: number
}

/** The commands and views, under a short address and under one that names their service. */
export function addActionRoutes(app: FastifyInstance, options: ActionRoutesOptions): void {
  const { directory } = options
  const serve = (kind: 'command' | 'view', request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { service, name } = request.params as { readonly service?: string; readonly name: string }
    const call = (action: ExposedAction): Promise<void> => {
      const { method, body, raw } = request
      const payload = method === 'POST' ? body : readQuery(queryOf(raw.url ?? ''), action.payload)
      return callAction(action, payload, request, reply, options)
    }
    const action = findAction(directory, { kind, name, service })
    return action instanceof Promise ? action.then(call) : call(action)
  }
  for (const prefix of ['', '/services/:service']) {
    app.post(`${prefix}/commands/:name`, (request, reply) => serve('command', request, reply))
    app.post(`${prefix}/views/:name`, (request, reply) => serve('view', request, reply))
    app.get(`${prefix}/views/:name`, (request, reply) => serve('view', request, reply))
  }
}
